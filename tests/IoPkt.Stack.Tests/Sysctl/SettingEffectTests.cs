using System.Buffers.Binary;
using IoPkt.Stack.Tests.Harness;
using Xunit;

namespace IoPkt.Stack.Tests.Sysctl;

/// <summary>What settings do to packets on the wire, for those that have no test beside their protocol's.</summary>
public sealed class SettingEffectTests
{
    private const int Ip = 14, Udp = Ip + 20;

    private static readonly InetEndpoint s_server = new(InetAddress.Parse("10.0.0.2"), 7);

    [Theory]
    [InlineData("1", true)]
    [InlineData("0", false)]
    public void Udp_checksum(string value, bool expected)
    {
        using TwoHosts net = new TwoHosts().Quiet();
        UdpSocket server = net.B.Udp("0.0.0.0", 7);
        byte[] frame = SendDatagram(net, "net.inet.udp.checksum", value);
        Assert.Equal(expected, BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(Udp + 6)) != 0);
        Assert.Equal([1, 2, 3], TwoHosts.Take(server));
    }

    [Fact]
    public void Ip_ttl()
    {
        using TwoHosts net = new TwoHosts().Quiet();
        Assert.Equal(17, SendDatagram(net, "net.inet.ip.ttl", "17")[Ip + 8]);
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("0", false)]
    public void Ip_mtudisc_is_the_mark_that_forbids_fragments_of_tcp(string value, bool expected)
    {
        using TwoHosts net = new TwoHosts().Quiet();
        Set(net.A, "net.inet.ip.mtudisc", value);
        TcpSocket client = net.A.Stack.Tcp.CreateSocket(AddressFamily.Inet);
        net.Wire.Recording = true;
        net.A.Step(_ => client.Connect(s_server));
        net.Network.Run(0.1);
        byte[] syn = net.Wire.Frames.First(f => f[Ip + 9] == TcpProtocol.Number && f[12] == 8);
        Assert.Equal(expected, (syn[Ip + 6] & 0x40) != 0);
    }

    [Theory]
    [InlineData("8", 8)]
    [InlineData("528", 108)]
    public void Icmp_returndatabytes_is_what_an_error_quotes(string value, int expected)
    {
        using TwoHosts net = new TwoHosts().Quiet();
        Set(net.B, "net.inet.icmp.returndatabytes", value);
        UdpSocket client = net.A.Udp();
        net.Wire.Recording = true;
        net.A.Step(_ => client.Send(net.A.Copy(new byte[100]), s_server));
        net.Network.Run(0.1);
        byte[] error = net.Wire.Frames.First(f => f[12] == 8 && f[Ip + 9] == 1);
        Assert.Equal(expected, error.Length - Ip - 20 - 8 - 20);
    }

    [Fact]
    public void Buffers_of_new_sockets()
    {
        using TwoHosts net = new();
        Set(net.A, "net.inet.tcp.sendspace", "5000");
        Set(net.A, "net.inet.tcp.recvspace", "6000");
        Set(net.A, "net.inet.udp.recvspace", "7000");
        SocketOptions tcp = net.A.Stack.Tcp.CreateSocket(AddressFamily.Inet).Options;
        Assert.Equal((5000, 6000, false, false), (tcp.SendBuffer, tcp.ReceiveBuffer, tcp.IsSendBufferFixed, tcp.IsReceiveBufferFixed));
        Assert.Equal(7000, net.A.Udp().Options.ReceiveBuffer);
    }

    [Fact]
    public void Somaxconn_limits_listen_queues()
    {
        using TwoHosts net = new();
        Set(net.A, "kern.somaxconn", "3");
        TcpSocket listener = net.A.Stack.Tcp.CreateSocket(AddressFamily.Inet);
        net.A.Step(_ =>
        {
            Assert.Equal(Errno.None, listener.Bind(new InetEndpoint(InetAddress.AnyIpv4, 80)));
            Assert.Equal(Errno.None, listener.Listen(1000));
        });
        Assert.Equal(3, listener.Backlog);
    }

    [Fact]
    public void Enmap_finds_ethernet_interfaces_in_the_order_of_their_coming()
    {
        using TestNetwork network = new();
        TestWire wire = network.AddWire();
        TestHost host = network.AddHost();
        TestPort first = host.Connect(wire), second = host.Connect(wire);
        InterfaceTable interfaces = host.Stack.Interfaces;
        Assert.True(interfaces.TryFind("en0", out NetworkInterface? found));
        Assert.Same(first.Interface, found);
        Assert.True(interfaces.TryFind("en1", out found));
        Assert.Same(second.Interface, found);
        Assert.Equal("tap1", found.Name);
        Assert.False(interfaces.TryFind("en2", out _));
        Assert.False(interfaces.TryFind("en", out _));
        Assert.False(interfaces.TryFind("en-1", out _));
        Assert.False(interfaces.Contains("en0"));
        Set(host, "qnx.kern.enmap", "0");
        Assert.False(interfaces.TryFind("en0", out _));
        Assert.True(interfaces.TryFind("tap0", out _));
    }

    private static byte[] SendDatagram(TwoHosts net, string name, string value)
    {
        Set(net.A, name, value);
        UdpSocket client = net.A.Udp();
        net.Wire.Recording = true;
        net.A.Step(_ => Assert.Equal(Errno.None, client.Send(net.A.Copy([1, 2, 3]), s_server)));
        net.Network.Run(0.1);
        return net.Wire.Frames.First(f => f[12] == 8 && f[Ip + 9] == UdpProtocol.Number);
    }

    private static void Set(TestHost host, string name, string value) => Assert.Equal(Errno.None, Assert.Single(host.Stack.Sysctl.Find(name)).Set(value, out _));
}
