using IoPkt.Stack.Tests.Harness;
using Xunit;

namespace IoPkt.Stack.Tests.Tcp;

/// <summary>A connection whose peer's Ethernet address changes: what TCP and the neighbour cache tell each other.</summary>
public sealed class NeighborChangeTests : IDisposable
{
    private const int Ethernet = 14, ArpSenderLink = Ethernet + 8, Chunk = 1000;

    private static readonly MacAddress s_new = MacAddress.Read([2, 0, 0, 0, 0x77, 1]);

    private readonly TwoHosts _net = new TwoHosts().Quiet();
    private readonly TcpSocket _client;
    private readonly TcpSocket _server;
    private bool _hasMoved;
    private int _questions;
    private long _delivered;

    public NeighborChangeTests()
    {
        _net.Wire.Filter = Filter;
        // Else B would ask for A, and tell its address by that.
        _net.B.Stack.Ipv4.NeighborSettings.DetectUnreachability = false;
        TcpSocket listener = _net.B.Stack.Tcp.CreateSocket(AddressFamily.Inet);
        _client = _net.A.Stack.Tcp.CreateSocket(AddressFamily.Inet);
        _net.B.Step(_ =>
        {
            Assert.Equal(Errno.None, listener.Bind(new InetEndpoint(InetAddress.AnyIpv4, 80)));
            Assert.Equal(Errno.None, listener.Listen(1));
        });
        _net.A.Step(_ => Assert.Equal(Errno.InProgress, _client.Connect(new InetEndpoint(InetAddress.Parse("10.0.0.2"), 80))));
        _net.Network.Run(0.1);
        _server = listener.Accept()!;
        _questions = 0;
    }

    public void Dispose() => _net.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_flow_that_goes_well_never_has_its_neighbour_asked(bool isSender)
    {
        for (int i = 0; i < 3000; i++)
            Transfer(isSender, 0.1);
        Assert.Equal(0, _questions);
        Assert.Equal(NeighborState.Reachable, State);
    }

    [Fact]
    public void Nor_does_one_that_begins_again_after_a_pause()
    {
        for (int i = 0; i < 5; i++)
        {
            _net.Network.Run(100);
            Assert.Equal(NeighborState.Stale, State);
            Transfer(isSender: true, 1);
            Assert.Equal(NeighborState.Reachable, State);
        }
        Assert.Equal(0, _questions);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void It_goes_on_soon_when_the_peer_has_another_address_and_does_not_say_so(bool isSender)
    {
        for (int i = 0; i < 20; i++)
            Transfer(isSender, 0.1);
        _hasMoved = true;
        for (double silent = 0; Found!.LinkAddress != s_new; silent += 0.05)
        {
            Assert.True(silent < (isSender ? 1 : 2), $"{State}");
            Transfer(isSender, 0.05);
        }
        // One question to the old address, one to everybody.
        Assert.Equal(2, _questions);
        Transfer(isSender, 3);
        Assert.Equal(0, (isSender ? _client : _server).SendQueued);
        Assert.Equal(2, _questions);
    }

    [Fact]
    public void Not_even_that_when_it_says_so()
    {
        Transfer(isSender: true, 1);
        _hasMoved = true;
        _net.PortA.Inject(Oracle.Arp(PacketDotNet.ArpOperation.Request, s_new, "10.0.0.2", default, "10.0.0.2"));
        long before = _delivered;
        Transfer(isSender: true, 0.01);
        Assert.Equal(before + Chunk, _delivered);
        Transfer(isSender: true, 10);
        Assert.Equal(0, _questions);
        Assert.Equal(NeighborState.Reachable, State);
    }

    [Fact]
    public void A_new_connection_finds_it_by_its_second_syn()
    {
        _hasMoved = true;
        TcpSocket another = _net.A.Stack.Tcp.CreateSocket(AddressFamily.Inet);
        _net.A.Step(_ => Assert.Equal(Errno.InProgress, another.Connect(new InetEndpoint(InetAddress.Parse("10.0.0.2"), 80))));
        _net.Network.Run(3.1);
        Assert.Equal(TcpState.Established, another.State);
        // One with each SYN, and to everybody in between.
        Assert.Equal(3, _questions);
    }

    [Fact]
    public void A_far_host_that_is_silent_costs_its_router_one_question_a_timeout()
    {
        _net.A.AddDefaultRoute(_net.PortA, "10.0.0.2");
        TcpSocket far = _net.A.Stack.Tcp.CreateSocket(AddressFamily.Inet);
        _net.A.Step(_ => Assert.Equal(Errno.InProgress, far.Connect(new InetEndpoint(InetAddress.Parse("192.0.2.1"), 80))));
        _net.Network.Run(20);
        // SYNs at 1, 3, 7 and 15 s.
        Assert.Equal(4, _questions);
        Assert.Equal(NeighborState.Reachable, State);
    }

    private Neighbor? Found => _net.PortA.Link.Arp.TryFind(InetAddress.Parse("10.0.0.2"), out Neighbor? found) ? found : null;

    private NeighborState? State => Found?.State;

    /// <summary>A thousand bytes to or from the peer, what has arrived read, and some time.</summary>
    private void Transfer(bool isSender, double seconds)
    {
        (TestHost from, TcpSocket sender, TestHost to, TcpSocket receiver) = isSender ? (_net.A, _client, _net.B, _server) : (_net.B, _server, _net.A, _client);
        if (sender.SendSpace >= Chunk)
            from.Step(_ => Assert.Equal(Errno.None, sender.Send(from.Copy(new byte[Chunk]))));
        _net.Network.Run(seconds);
        _delivered += receiver.ReceiveAvailable;
        to.Step(_ => receiver.Consume(receiver.ReceiveAvailable));
    }

    /// <summary>Once B has moved, its frames bear the new address, and those to the old one are lost.</summary>
    private WireVerdict Filter(TestPort sender, byte[] frame)
    {
        bool isArp = frame[12] == 8 && frame[13] == 6;
        if (sender == _net.PortA && isArp && frame[21] == 1)
            _questions++;
        if (!_hasMoved)
            return WireVerdict.Pass;
        if (sender == _net.PortB)
        {
            s_new.Write(frame.AsSpan(MacAddress.Size));
            if (isArp)
                s_new.Write(frame.AsSpan(ArpSenderLink));
        }
        else if (MacAddress.Read(frame) == s_new)
        {
            _net.PortB.Mac.Write(frame);
        }
        else if (MacAddress.Read(frame) == _net.PortB.Mac)
        {
            return WireVerdict.Drop;
        }
        return WireVerdict.Pass;
    }
}
