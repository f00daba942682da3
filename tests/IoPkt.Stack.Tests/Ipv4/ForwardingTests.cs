using IoPkt.Stack.Tests.Harness;
using PacketDotNet;
using Xunit;

namespace IoPkt.Stack.Tests.Ipv4;

/// <summary>10.1.0.1 (A) - 10.1.0.254 (the router) 10.2.0.254 - 10.2.0.1 (B), with and without the fast path.</summary>
public sealed class ForwardingTests : IDisposable
{
    private readonly TestNetwork _network = new();
    private readonly TestWire _left;
    private readonly TestWire _right;
    private readonly TestHost _a;
    private readonly TestHost _b;
    private readonly TestHost _router;
    private readonly TestPort _portA;
    private readonly TestPort _portB;
    private readonly TestPort _leftPort;
    private readonly TestPort _rightPort;

    public ForwardingTests()
    {
        _left = _network.AddWire();
        _right = _network.AddWire();
        _a = _network.AddHost();
        _b = _network.AddHost();
        _router = _network.AddHost(options => options with { Forwarding = true });
        _portA = _a.Connect(_left, "10.1.0.1/24");
        _portB = _b.Connect(_right, "10.2.0.1/24");
        _leftPort = _router.Connect(_left, "10.1.0.254/24");
        _rightPort = _router.Connect(_right, "10.2.0.254/24");
        _a.AddDefaultRoute(_portA, "10.1.0.254");
        _b.AddDefaultRoute(_portB, "10.2.0.254");
        _network.Run(20);
        _left.Recording = _right.Recording = true;
    }

    private long Slow => _router.Count("ip", "packets forwarded");

    private long Fast => _router.Count("ip", "packets fast forwarded");

    public void Dispose() => _network.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Datagrams_cross_with_one_hop_less(bool fast)
    {
        _router.Stack.Ipv4.Settings.FastForwarding = fast;
        UdpSocket server = _b.Udp("0.0.0.0", 7);
        UdpSocket client = _a.Udp();
        for (int i = 0; i < 10; i++)
        {
            byte[] data = TwoHosts.Bytes(100 * i, i);
            Send(client, data);
            Assert.Equal(data, TwoHosts.Take(server));
        }
        Assert.Equal(fast ? 10 - Slow : 0, Fast);
        if (fast)
            Assert.InRange(Fast, 7, 9);
        Assert.All(Datagrams(_right), frame =>
        {
            IPv4Packet packet = Packet.ParsePacket(LinkLayers.Ethernet, frame).Extract<IPv4Packet>();
            Assert.Equal(63, packet.TimeToLive);
            Assert.True(packet.ValidIPChecksum);
            Assert.Equal(_rightPort.Mac, MacAddress.Read(frame.AsSpan(6)));
        });
    }

    [Fact]
    public void A_spent_time_to_live_is_told_to_the_sender_on_both_paths()
    {
        UdpSocket client = _a.Udp();
        UdpSocket server = _b.Udp("0.0.0.0", 7);
        for (int i = 0; i < 3; i++)
            Send(client, [1]);
        long fast = Fast;
        client.Options.Ttl = 1;
        Send(client, [2]);
        Assert.Equal(fast, Fast);
        Assert.Equal(1, _a.Count("icmp", "time exceeded messages received"));
        Assert.Equal(3, server.ReceiveCount);
    }

    [Fact]
    public void A_packet_too_large_for_the_next_link_is_fragmented_or_refused()
    {
        UdpSocket client = _a.Udp();
        UdpSocket server = _b.Udp("0.0.0.0", 7);
        for (int i = 0; i < 3; i++)
            Send(client, [1]);
        while (server.TryReceive(out Datagram datagram))
            datagram.Payload.Free();
        _router.Step(stack => stack.Interfaces.SetMtu(_rightPort.Interface, 600));
        byte[] data = TwoHosts.Bytes(1400);
        client.Options.DontFragment = false;
        Send(client, data);
        Assert.Equal(data, TwoHosts.Take(server));
        client.Options.DontFragment = true;
        Send(client, data);
        Assert.Equal(0, server.ReceiveCount);
        Assert.Equal(1, _router.Count("ip", "packets that can't be fragmented"));
    }

    [Fact]
    public void The_fast_path_follows_a_neighbour_that_moves()
    {
        UdpSocket client = _a.Udp();
        for (int i = 0; i < 5; i++)
            Send(client, [1]);
        Assert.True(Fast > 0);
        MacAddress moved = MacAddress.Read([2, 0, 0, 0, 0x77, 0x77]);
        _router.Step(_ => _rightPort.Link.Arp.SetStatic(InetAddress.Parse("10.2.0.1"), moved));
        _right.Frames.Clear();
        for (int i = 0; i < 5; i++)
            Send(client, [1]);
        Assert.All(_right.Frames, frame => Assert.Equal(moved, MacAddress.Read(frame)));
        Assert.Equal(5, _right.Frames.Count);
    }

    [Fact]
    public void The_fast_path_follows_routes_interfaces_and_settings()
    {
        UdpSocket client = _a.Udp();
        for (int i = 0; i < 5; i++)
            Send(client, [1]);
        Assert.True(Fast > 0);
        _right.Frames.Clear();

        Route blackhole = new(InetAddress.Parse("10.2.0.1"), 32, InetAddress.AnyIpv4, _rightPort.Interface, RouteFlags.Up | RouteFlags.Host | RouteFlags.Blackhole);
        _router.Step(stack => Assert.Equal(Errno.None, stack.Ipv4.Routes.Add(blackhole)));
        Send(client, [1]);
        Assert.Empty(_right.Frames);
        _router.Step(stack => stack.Ipv4.Routes.Delete(blackhole.Destination, 32));
        Send(client, [1]);
        Assert.NotEmpty(_right.Frames);

        _right.Frames.Clear();
        _router.Step(stack => stack.Interfaces.SetUp(_rightPort.Interface, false));
        Send(client, [1]);
        Assert.Empty(_right.Frames);
        _router.Step(stack => stack.Interfaces.SetUp(_rightPort.Interface, true));
        _network.Run(20);

        _right.Frames.Clear();
        _router.Stack.Ipv4.Settings.Forwarding = false;
        Send(client, [1]);
        Assert.Empty(_right.Frames);
    }

    [Fact]
    public void Flows_are_bounded_and_go_with_their_traffic()
    {
        _router.Stack.Ipv4.Settings.MaximumFlows = 16;
        UdpSocket[] clients = [.. Enumerable.Range(0, 100).Select(i =>
        {
            _portA.AddAddress($"10.1.0.{i + 2}/24");
            return _a.Udp($"10.1.0.{i + 2}", 5000);
        })];
        _network.Run(20);
        foreach (UdpSocket client in clients)
            Send(client, [1]);
        Assert.InRange(_router.Stack.Ipv4.Flows.Count, 1, 16);
        _network.Run(10);
        Assert.Equal(0, _router.Stack.Ipv4.Flows.Count);
        _router.Stack.Ipv4.Settings.MaximumFlows = 0;
        long before = Fast;
        for (int i = 0; i < 5; i++)
            Send(clients[0], [1]);
        Assert.Equal(before, Fast);
        _network.Run(5);
        _router.AssertNothingHeld();
    }

    [Fact]
    public void A_corrupted_header_is_never_sent_on_by_the_fast_path()
    {
        UdpSocket client = _a.Udp();
        for (int i = 0; i < 5; i++)
            Send(client, [1]);
        _right.Frames.Clear();
        _left.Filter = (_, frame) =>
        {
            if (frame[23] == 17)
                frame[24] ^= 0x40;
            return WireVerdict.Pass;
        };
        Send(client, [1]);
        Assert.Empty(_right.Frames);
        Assert.Equal(1, _router.Count("ip", "bad header checksums"));
    }

    [Fact]
    public void A_sender_is_redirected_to_the_better_router_on_its_own_network()
    {
        TestHost other = _network.AddHost(options => options with { Forwarding = true });
        TestPort otherLeft = other.Connect(_left, "10.1.0.253/24");
        other.Connect(_network.AddWire(), "10.3.0.254/24");
        _router.AddRoute(_leftPort, "10.3.0.0/24", "10.1.0.253");
        _network.Run(20);
        UdpSocket client = _a.Udp();
        Send(client, [1], "10.3.0.1");
        Assert.Equal(1, _router.Count("ip", "redirects sent"));
        Route? learned = _a.Stack.Ipv4.Routes.FindExact(InetAddress.Parse("10.3.0.1"), 32);
        Assert.Equal("10.1.0.253", learned?.Gateway.ToString());
        Assert.Equal(RouteFlags.Up | RouteFlags.Gateway | RouteFlags.Host | RouteFlags.Dynamic, learned!.Flags);
        long forwarded = Slow;
        Send(client, [1], "10.3.0.1");
        Assert.Equal(forwarded, Slow);
        Assert.Equal(otherLeft.Mac, MacAddress.Read(Datagrams(_left)[^1]));
        _network.Run(601);
        Assert.Null(_a.Stack.Ipv4.Routes.FindExact(InetAddress.Parse("10.3.0.1"), 32));
    }

    [Theory]
    [InlineData("10.1.0.254", "10.9.0.1", false)] // not on our network
    [InlineData("10.1.0.254", "10.1.0.1", false)] // ourselves
    [InlineData("10.1.0.77", "10.1.0.253", false)] // not from the router in use
    [InlineData("10.1.0.254", "10.1.0.253", true)]
    public void A_redirect_is_believed_only_from_the_router_in_use_and_to_a_neighbour(string from, string router, bool believed)
    {
        UdpSocket client = _a.Udp();
        _left.Frames.Clear();
        Send(client, [1], "10.3.0.1");
        byte[] sent = Datagrams(_left)[0][14..];
        _portA.Inject(RedirectFrame(from, router, sent));
        Assert.Equal(believed, _a.Stack.Ipv4.Routes.FindExact(InetAddress.Parse("10.3.0.1"), 32) is not null);
        Assert.Equal(believed ? 0 : 1, _a.Count("icmp", "redirects ignored"));
    }

    private byte[] RedirectFrame(string from, string router, byte[] quoted)
    {
        byte[] icmp = [5, 1, 0, 0, .. System.Net.IPAddress.Parse(router).GetAddressBytes(), .. quoted[..28]];
        ushort checksum = InternetChecksum.Finish(InternetChecksum.Sum(icmp));
        (icmp[2], icmp[3]) = ((byte)(checksum >> 8), (byte)checksum);
        IPv4Packet ip = new(System.Net.IPAddress.Parse(from), System.Net.IPAddress.Parse("10.1.0.1")) { Protocol = ProtocolType.Icmp, TimeToLive = 64, PayloadData = icmp };
        ip.UpdateCalculatedValues();
        ip.UpdateIPChecksum();
        EthernetPacket frame = new(Physical(_leftPort.Mac), Physical(_portA.Mac), EthernetType.IPv4) { PayloadPacket = ip };
        return frame.Bytes;
    }

    private static System.Net.NetworkInformation.PhysicalAddress Physical(MacAddress mac)
    {
        byte[] bytes = new byte[6];
        mac.Write(bytes);
        return new System.Net.NetworkInformation.PhysicalAddress(bytes);
    }

    private void Send(UdpSocket client, byte[] data, string destination = "10.2.0.1")
    {
        _a.Step(_ => client.Send(_a.Copy(data), new InetEndpoint(InetAddress.Parse(destination), 7)));
        _network.Settle();
    }

    private static List<byte[]> Datagrams(TestWire wire) => [.. wire.Frames.Where(frame => frame[12] == 0x08 && frame[13] == 0x00 && frame[23] == 17)];
}
