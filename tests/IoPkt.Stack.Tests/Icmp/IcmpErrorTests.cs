using IoPkt.Stack.Tests.Harness;
using PacketDotNet;
using Xunit;

namespace IoPkt.Stack.Tests.Icmp;

/// <summary>Errors sent: when, what's in them, and when not (RFC 1122, section 3.2.2; RFC 1812, section 4.3.2).</summary>
public sealed class IcmpErrorTests : IDisposable
{
    private readonly TwoHosts _net = new TwoHosts().Quiet();

    public IcmpErrorTests()
    {
        _net.A.Step(_ => _net.PortA.Link.Arp.SetStatic(InetAddress.Parse("10.0.0.9"), Oracle.Stranger));
        _net.Wire.Recording = true;
    }

    public void Dispose()
    {
        Assert.All(_net.Wire.Frames, Oracle.AssertValid);
        _net.A.AssertNothingHeld();
        _net.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(1400)]
    public void A_datagram_for_nobody_is_answered_with_what_it_was(int size)
    {
        byte[] frame = Oracle.Udp(_net.PortA, "10.0.0.9", "10.0.0.1", TwoHosts.Bytes(size), destinationPort: 4444);
        _net.PortA.Inject(frame);
        _net.Network.Settle();
        EthernetPacket sent = Oracle.Read(Assert.Single(_net.Wire.Frames));
        IPv4Packet ip = sent.Extract<IPv4Packet>();
        IcmpV4Packet icmp = sent.Extract<IcmpV4Packet>();
        Assert.Equal(IcmpV4TypeCode.UnreachablePort, icmp.TypeCode);
        Assert.Equal("10.0.0.1", ip.SourceAddress.ToString());
        Assert.Equal("10.0.0.9", ip.DestinationAddress.ToString());
        Assert.Equal(0xc0, ip.TypeOfService);
        Assert.InRange(ip.TotalLength, 0, 576);
        byte[] quote = icmp.Bytes[8..];
        Assert.Equal(frame[14..(14 + quote.Length)], quote);
        Assert.Equal(Math.Min(28 + size, 548), quote.Length);
    }

    [Fact]
    public void A_connected_socket_learns_that_nobody_is_there()
    {
        UdpSocket client = _net.A.Udp(), stranger = _net.A.Udp();
        InetEndpoint to = new(InetAddress.Parse("10.0.0.2"), 4444);
        _net.A.Step(_ => client.Connect(to));
        _net.A.Step(_ => client.Send(_net.A.Copy([1])));
        _net.A.Step(_ => stranger.Send(_net.A.Copy([1]), to));
        _net.Network.Settle();
        Assert.Equal(Errno.ConnectionRefused, client.TakeError());
        Assert.Equal(Errno.None, client.TakeError());
        Assert.Equal(Errno.None, stranger.TakeError());
    }

    [Fact]
    public void No_error_is_sent_about_an_error()
    {
        byte[] quoted = Oracle.Udp(_net.PortA, "10.0.0.1", "10.0.0.9", [1])[14..];
        _net.PortA.Inject(Oracle.Icmp(_net.PortA, "10.0.0.9", "10.0.0.1", 3, 3, 0, quoted));
        // A broken error message that would itself call for one: its options are malformed.
        byte[] frame = Oracle.Icmp(_net.PortA, "10.0.0.9", "10.0.0.1", 3, 3, 0, quoted);
        byte[] broken = [.. frame[..34], 7, 0xff, 4, 0, .. frame[34..]];
        broken[14] = 0x46;
        (broken[16], broken[17]) = ((byte)((broken.Length - 14) >> 8), (byte)(broken.Length - 14));
        broken[24] = broken[25] = 0;
        ushort checksum = InternetChecksum.Finish(InternetChecksum.Sum(broken.AsSpan(14, 24)));
        (broken[24], broken[25]) = ((byte)(checksum >> 8), (byte)checksum);
        _net.PortA.Inject(broken);
        _net.Network.Settle();
        Assert.Empty(_net.Wire.Frames);
        Assert.Equal(1, _net.A.Count("ip", "with bad options"));
        Assert.Equal(1, _net.A.Count("icmp", "errors not generated because the packet may not be answered"));
    }

    [Theory]
    [InlineData("10.0.0.255", true)]
    [InlineData("255.255.255.255", true)]
    [InlineData("224.0.0.1", true)]
    public void No_error_is_sent_about_a_packet_to_a_group(string destination, bool toGroup)
    {
        _net.PortA.Inject(Oracle.Udp(_net.PortA, "10.0.0.9", destination, [1], destinationPort: 4444, link: toGroup ? MacAddress.Broadcast : null));
        _net.Network.Settle();
        Assert.Empty(_net.Wire.Frames);
    }

    [Fact]
    public void No_error_is_sent_to_who_has_no_address()
    {
        // A DHCP client's packet, received by its broadcast.
        _net.PortA.Inject(Oracle.Udp(_net.PortA, "0.0.0.0", "255.255.255.255", [1], 68, 67, MacAddress.Broadcast));
        _net.Network.Settle();
        Assert.Empty(_net.Wire.Frames);
    }

    [Fact]
    public void Errors_are_limited_and_the_limit_gives_no_exact_count()
    {
        HashSet<int> bursts = [];
        for (int round = 0; round < 5; round++)
        {
            _net.Wire.Frames.Clear();
            for (int i = 0; i < 500; i++)
                _net.PortA.Inject(Oracle.Udp(_net.PortA, "10.0.0.9", "10.0.0.1", [1], destinationPort: 4444));
            _net.Network.Settle();
            Assert.InRange(_net.Wire.Frames.Count, 30, 100);
            bursts.Add(_net.Wire.Frames.Count);
            _net.Network.Run(1.1);
        }
        Assert.True(bursts.Count > 1, "the same number each time");
        Assert.True(_net.A.Count("icmp", "errors not generated because rate limitation") > 1500);
        // Echoes aren't errors.
        _net.Wire.Frames.Clear();
        for (int i = 0; i < 500; i++)
            _net.PortA.Inject(Oracle.Icmp(_net.PortA, "10.0.0.9", "10.0.0.1", 8, 0, 1, [1, 2, 3]));
        _net.Network.Settle();
        Assert.Equal(500, _net.Wire.Frames.Count);
    }
}
