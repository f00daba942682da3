using CsCheck;
using IoPkt.Stack.Tests.Harness;
using PacketDotNet;
using Xunit;

namespace IoPkt.Stack.Tests.Udp;

public sealed class UdpTests : IDisposable
{
    private readonly TwoHosts _net = new TwoHosts().Quiet();

    public UdpTests() => _net.Wire.Recording = true;

    public void Dispose()
    {
        Assert.All(_net.Wire.Frames, Oracle.AssertValid);
        _net.Dispose();
    }

    /// <summary>Odd lengths too, and sums that come to zero: RFC 768 sends them as all ones, since zero says that there's no checksum.</summary>
    [Fact]
    public void Checksums_are_right_and_never_zero() => Gen.Byte.Array[0, 64].Sample(data =>
    {
        // Not port 7, whose payload the oracle takes for a magic packet.
        UdpSocket server = _net.B.Udp("0.0.0.0", 4242), client = _net.A.Udp("10.0.0.1", 5000);
        Send(client, "10.0.0.2", data, 4242);
        UdpPacket first = Last();
        // The last two bytes make the sum zero.
        ushort sum = first.Checksum;
        byte[] zero = data.Length % 2 == 0 ? [.. data, (byte)(sum >> 8), (byte)sum] : data;
        Send(client, "10.0.0.2", zero, 4242);
        Assert.NotEqual(0, Last().Checksum);
        Assert.Equal(data, TwoHosts.Take(server));
        Assert.Equal(zero, TwoHosts.Take(server));
        server.Close();
        client.Close();
    }, iter: 500, threads: 1);

    [Theory]
    [InlineData(0, 1)] // no checksum: accepted
    [InlineData(1, 0)] // a wrong one
    [InlineData(0xffff, 0)]
    public void A_received_checksum_is_right_or_absent(int checksum, int received)
    {
        UdpSocket server = _net.A.Udp("0.0.0.0", 7);
        byte[] frame = Oracle.Udp(_net.PortA, "10.0.0.9", "10.0.0.1", [1, 2, 3]);
        (frame[40], frame[41]) = ((byte)(checksum >> 8), (byte)checksum);
        _net.PortA.Inject(frame);
        Assert.Equal(received, server.ReceiveCount);
        Assert.Equal(received, _net.A.Count("udp", "with no checksum"));
        Assert.Equal(1 - received, _net.A.Count("udp", "with bad checksum"));
    }

    [Theory]
    [InlineData(7, "with bad data length field")]
    [InlineData(12, "with bad data length field")] // more than there is
    public void A_wrong_length_is_counted(int length, string counter)
    {
        UdpSocket server = _net.A.Udp("0.0.0.0", 7);
        byte[] frame = Oracle.Udp(_net.PortA, "10.0.0.9", "10.0.0.1", [1, 2, 3]);
        frame[39] = (byte)length;
        _net.PortA.Inject(frame);
        _net.PortA.Inject(Oracle.Ip(_net.PortA, "10.0.0.9", "10.0.0.1", ProtocolType.Udp, new byte[7]));
        Assert.Equal(0, server.ReceiveCount);
        Assert.Equal(1, _net.A.Count("udp", counter));
        Assert.Equal(1, _net.A.Count("udp", "with incomplete header"));
        _net.A.AssertNothingHeld();
    }

    [Fact]
    public void What_the_packet_holds_beyond_the_datagram_is_no_part_of_it()
    {
        UdpSocket server = _net.A.Udp("0.0.0.0", 7);
        byte[] datagram = Oracle.Udp(_net.PortA, "10.0.0.9", "10.0.0.1", [1, 2, 3])[34..];
        _net.PortA.Inject(Oracle.Ip(_net.PortA, "10.0.0.9", "10.0.0.1", ProtocolType.Udp, [.. datagram, 9, 9, 9]));
        Assert.Equal([1, 2, 3], TwoHosts.Take(server));
    }

    [Fact]
    public void The_socket_that_fits_best_gets_the_datagram()
    {
        UdpSocket any = _net.A.Udp();
        any.Options.ReuseAddress = true;
        Assert.Equal(Errno.None, any.Bind(new InetEndpoint(InetAddress.AnyIpv4, 7)));
        UdpSocket address = _net.A.Udp();
        address.Options.ReuseAddress = true;
        Assert.Equal(Errno.None, address.Bind(new InetEndpoint(InetAddress.Parse("10.0.0.1"), 7)));
        Receive();
        Assert.Equal((0, 1), (any.ReceiveCount, address.ReceiveCount));
        UdpSocket connected = _net.A.Udp();
        connected.Options.ReusePort = address.Options.ReusePort = true;
        Assert.Equal(Errno.None, connected.Bind(new InetEndpoint(InetAddress.Parse("10.0.0.1"), 7)));
        _net.A.Step(_ => Assert.Equal(Errno.None, connected.Connect(new InetEndpoint(InetAddress.Parse("10.0.0.9"), 1000))));
        Receive();
        Assert.Equal((0, 1, 1), (any.ReceiveCount, address.ReceiveCount, connected.ReceiveCount));
        address.Close();
        connected.Close();
        Receive();
        Assert.Equal(1, any.ReceiveCount);

        void Receive() => _net.PortA.Inject(Oracle.Udp(_net.PortA, "10.0.0.9", "10.0.0.1", [1]));
    }

    [Theory]
    [InlineData(false, false, false, false, false)]
    [InlineData(true, false, false, false, false)]
    [InlineData(false, false, true, true, true)]
    [InlineData(false, false, true, false, false)]
    [InlineData(true, true, false, false, false)] // SO_REUSEADDR shares only what's not the very same
    public void A_port_is_shared_by_those_who_agree_to_it(bool firstAddress, bool secondAddress, bool firstPort, bool secondPort, bool shared)
    {
        UdpSocket first = _net.A.Udp(), second = _net.A.Udp();
        (first.Options.ReuseAddress, first.Options.ReusePort) = (firstAddress, firstPort);
        (second.Options.ReuseAddress, second.Options.ReusePort) = (secondAddress, secondPort);
        InetEndpoint local = new(InetAddress.AnyIpv4, 7);
        Assert.Equal(Errno.None, first.Bind(local));
        Assert.Equal(shared ? Errno.None : Errno.AddressInUse, second.Bind(local));
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public void Sharers_of_a_port_get_a_unicast_datagram_one_of_them_or_all(bool all, int received)
    {
        TestHost host = _net.Network.AddHost(o => o with { ReusePortUnicast = all });
        TestPort port = host.Connect(_net.Wire, "10.0.0.3/24");
        _net.Network.Run(20);
        UdpSocket[] sharers = [host.Udp(), host.Udp()];
        foreach (UdpSocket socket in sharers)
        {
            socket.Options.ReusePort = true;
            Assert.Equal(Errno.None, socket.Bind(new InetEndpoint(InetAddress.AnyIpv4, 7)));
        }
        port.Inject(Oracle.Udp(port, "10.0.0.9", "10.0.0.3", [1]));
        Assert.Equal(received, sharers.Sum(s => s.ReceiveCount));
    }

    [Fact]
    public void A_broadcast_needs_permission_and_reaches_every_socket_of_the_port()
    {
        UdpSocket client = _net.A.Udp();
        UdpSocket[] servers = [_net.B.Udp(), _net.B.Udp()];
        foreach (UdpSocket server in servers)
        {
            server.Options.ReusePort = true;
            Assert.Equal(Errno.None, server.Bind(new InetEndpoint(InetAddress.AnyIpv4, 7)));
        }
        foreach (string everybody in (string[])["10.0.0.255", "255.255.255.255"])
        {
            client.Options.Broadcast = false;
            _net.A.Step(_ => Assert.Equal(Errno.AccessDenied, client.Send(_net.A.Copy([1]), new InetEndpoint(InetAddress.Parse(everybody), 7))));
            client.Options.Broadcast = true;
            Send(client, everybody, [1]);
        }
        Assert.All(servers, s => Assert.Equal(2, s.ReceiveCount));
        _net.PortB.Inject(Oracle.Udp(_net.PortB, "10.0.0.9", "10.0.0.255", [1], destinationPort: 99, link: MacAddress.Broadcast));
        Assert.Equal(1, _net.B.Count("udp", "broadcast/multicast datagrams dropped due to no socket"));
    }

    [Fact]
    public void A_group_is_heard_from_joining_to_leaving()
    {
        InetAddress group = InetAddress.Parse("239.1.2.3");
        UdpSocket client = _net.A.Udp(), server = _net.B.Udp("0.0.0.0", 7), own = _net.A.Udp("0.0.0.0", 7);
        Send(client, "239.1.2.3", [1]);
        Assert.Equal(0, server.ReceiveCount);
        _net.B.Step(_ => Assert.Equal(Errno.None, server.SetMembership(group, _net.PortB.Interface, join: true)));
        _net.B.Step(_ => Assert.Equal(Errno.AddressInUse, server.SetMembership(group, _net.PortB.Interface, join: true)));
        _net.A.Step(_ => Assert.Equal(Errno.None, own.SetMembership(group, _net.PortA.Interface, join: true)));
        Send(client, "239.1.2.3", [2]);
        Assert.Equal([2], TwoHosts.Take(server));
        Assert.Equal([2], TwoHosts.Take(own)); // IP_MULTICAST_LOOP is on
        Assert.Equal(1, Oracle.Read(_net.Wire.Frames[^1]).Extract<IPv4Packet>().TimeToLive);
        client.Options.MulticastLoop = false;
        client.Options.MulticastTtl = 9;
        Send(client, "239.1.2.3", [3]);
        Assert.Equal([3], TwoHosts.Take(server));
        Assert.Equal(0, own.ReceiveCount);
        Assert.Equal(9, Oracle.Read(_net.Wire.Frames[^1]).Extract<IPv4Packet>().TimeToLive);
        _net.B.Step(_ => Assert.Equal(Errno.None, server.SetMembership(group, _net.PortB.Interface, join: false)));
        _net.B.Step(_ => Assert.Equal(Errno.AddressNotAvailable, server.SetMembership(group, _net.PortB.Interface, join: false)));
        Send(client, "239.1.2.3", [4]);
        Assert.Equal(0, server.ReceiveCount);
        // What a closed socket had joined is left.
        own.Close();
        Assert.False(_net.A.Stack.Ipv4.Groups.IsMember(_net.PortA.Interface, group));
    }

    [Fact]
    public void A_full_queue_drops_and_counts()
    {
        UdpSocket server = _net.A.Udp("0.0.0.0", 7);
        server.Options.ReceiveBuffer = 16 * 1024;
        for (int i = 0; i < 200; i++)
            _net.PortA.Inject(Oracle.Udp(_net.PortA, "10.0.0.9", "10.0.0.1", new byte[1000]));
        Assert.InRange(server.ReceiveQueued, 1, 16 * 1024);
        Assert.Equal(200 - server.ReceiveCount, server.ReceiveDrops);
        Assert.Equal(server.ReceiveDrops, _net.A.Count("udp", "dropped due to full socket buffers"));
        server.Close();
        _net.A.AssertNothingHeld();
    }

    [Fact]
    public void When_the_pool_is_nearly_used_up_one_datagram_waits_for_each_socket()
    {
        UdpSocket server = _net.A.Udp("0.0.0.0", 7);
        List<Mbuf> held = [];
        while (_net.A.Pool.Pressure < PoolPressure.Critical)
            held.Add(_net.A.Pool.GetCluster()!);
        for (int i = 0; i < 20; i++)
            _net.PortA.Inject(Oracle.Udp(_net.PortA, "10.0.0.9", "10.0.0.1", new byte[1000]));
        Assert.Equal(1, server.ReceiveCount);
        Assert.Equal(19, server.ReceiveDrops);
        held.ForEach(static m => m.Free());
        for (int i = 0; i < 20; i++)
            _net.PortA.Inject(Oracle.Udp(_net.PortA, "10.0.0.9", "10.0.0.1", new byte[1000]));
        Assert.Equal(21, server.ReceiveCount);
        server.Close();
        _net.A.AssertNothingHeld();
    }

    [Fact]
    public void Errors_of_sending_are_the_fields_own()
    {
        UdpSocket client = _net.A.Udp();
        Assert.Equal(Errno.DestinationRequired, Try(client, null));
        Assert.Equal(Errno.NetworkUnreachable, Try(client, "192.0.2.1"));
        UdpSocket elsewhere = _net.A.Udp();
        Assert.Equal(Errno.AddressNotAvailable, elsewhere.Bind(new InetEndpoint(InetAddress.Parse("192.0.2.1"), 0)));
        elsewhere.Options.FreeBind = true;
        Assert.Equal(Errno.None, elsewhere.Bind(new InetEndpoint(InetAddress.Parse("192.0.2.1"), 0)));
        _net.A.Step(_ => Assert.Equal(Errno.MessageTooLong, client.Send(_net.A.Copy(new byte[65508]), new InetEndpoint(InetAddress.Parse("10.0.0.2"), 7))));
        client.Close();
        Assert.Equal(Errno.BadDescriptor, Try(client, "10.0.0.2"));
        _net.A.AssertNothingHeld();

        Errno Try(UdpSocket socket, string? to)
        {
            Errno error = Errno.None;
            _net.A.Step(_ => error = socket.Send(_net.A.Copy([1]), to is null ? null : new InetEndpoint(InetAddress.Parse(to), 7)));
            return error;
        }
    }

    private UdpPacket Last() => Oracle.Read(_net.Wire.Frames.Last(f => f[13] == 0 && f[23] == 17)).Extract<UdpPacket>();

    private void Send(UdpSocket client, string to, byte[] data, ushort port = 7)
    {
        _net.A.Step(_ => Assert.Equal(Errno.None, client.Send(_net.A.Copy(data), new InetEndpoint(InetAddress.Parse(to), port))));
        _net.Network.Settle();
    }
}
