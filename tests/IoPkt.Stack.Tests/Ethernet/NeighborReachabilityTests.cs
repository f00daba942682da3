using IoPkt.Stack.Tests.Harness;
using PacketDotNet;
using Xunit;
using DecodedArp = PacketDotNet.ArpPacket;

namespace IoPkt.Stack.Tests.Ethernet;

/// <summary>RFC 4861's states for ARP: what's believed, for how long, and who's asked when it isn't.</summary>
public sealed class NeighborReachabilityTests : IDisposable
{
    private static readonly MacAddress s_moved = MacAddress.Read([2, 0, 0, 0, 0x77, 1]);

    private readonly TwoHosts _net = new TwoHosts().Quiet();
    private readonly UdpSocket _client;

    /// <summary>Questions of A's, and whether each went to everybody.</summary>
    private readonly List<(double Time, bool IsBroadcast)> _questions = [];

    private readonly DateTimeOffset _start;
    private bool _isBSilent;

    public NeighborReachabilityTests()
    {
        _client = _net.A.Udp();
        _start = _net.Network.Time.GetUtcNow();
        _net.Wire.Filter = (sender, frame) =>
        {
            if (sender == _net.PortA && Oracle.Read(frame).Extract<DecodedArp>() is { Operation: ArpOperation.Request })
                _questions.Add((Math.Round((_net.Network.Time.GetUtcNow() - _start).TotalSeconds, 3), MacAddress.Read(frame).IsBroadcast));
            return sender == _net.PortB && _isBSilent ? WireVerdict.Drop : WireVerdict.Pass;
        };
        Send();
        _questions.Clear();
    }

    private NeighborCacheSettings Settings => _net.A.Stack.Ipv4.NeighborSettings;

    public void Dispose() => _net.Dispose();

    [Fact]
    public void An_answer_is_believed_for_a_while_and_confirmed_when_it_is_used_after_that()
    {
        Assert.Equal(NeighborState.Reachable, State);
        _net.Network.Run(29);
        Send();
        _net.Network.Run(1.5);
        Assert.Equal(NeighborState.Stale, State);
        Assert.Empty(_questions);
        Send();
        Assert.Equal(NeighborState.Delay, State);
        _net.Network.Run(4.9);
        Assert.Empty(_questions);
        _net.Network.Run(0.2);
        Assert.Equal([(35.5, false)], _questions);
        Assert.Equal(NeighborState.Reachable, State);
    }

    [Fact]
    public void What_is_not_used_is_not_asked_for_and_forgotten_in_the_end()
    {
        _net.Network.Run(30 + 1199);
        Assert.Equal(NeighborState.Stale, State);
        _net.Network.Run(2);
        Assert.Null(State);
        Assert.Empty(_questions);
    }

    [Fact]
    public void Who_went_away_is_asked_alone_then_everybody_is_and_packets_wait_for_that()
    {
        _net.Network.Run(31);
        _isBSilent = true;
        Send();
        _net.Network.Run(8.5);
        Assert.Equal([(36, false), (37, false), (38, false), (39, true)], _questions);
        Send();
        Assert.Equal(1, Found!.WaitingCount);
        _net.Network.Run(3);
        Assert.Equal([(39, true), (40, true), (41, true)], _questions.Skip(3));
        Assert.Equal(NeighborState.Failed, State);
        _net.A.Step(_ => Assert.Equal(Errno.HostDown, _client.Send(_net.A.Copy([1]), Peer)));
        _net.Network.Run(5);
        _net.A.AssertNothingHeld();
    }

    [Fact]
    public void A_sign_from_above_is_as_good_as_an_answer()
    {
        for (int i = 0; i < 100; i++)
        {
            _net.Network.Run(1);
            Send();
            _net.A.Step(_ => _net.PortA.Link.ConfirmNeighbor(EtherTypes.Ipv4, Peer.Address));
        }
        Assert.Empty(_questions);
        Assert.Equal(NeighborState.Reachable, State);
        _net.Network.Run(31);
        Send();
        Assert.Equal(NeighborState.Delay, State);
        _net.A.Step(_ => _net.PortA.Link.ConfirmNeighbor(EtherTypes.Ipv4, Peer.Address));
        _net.Network.Run(10);
        Assert.Empty(_questions);
    }

    [Fact]
    public void A_suspected_neighbour_that_answers_is_asked_once_and_not_more_than_once_a_second()
    {
        _net.Network.Run(10);
        for (int i = 0; i < 10; i++)
        {
            _net.A.Step(_ => _net.PortA.Link.SuspectNeighbor(EtherTypes.Ipv4, Peer.Address));
            _net.Network.Run(0.2);
        }
        Assert.Equal([(10, false), (11, false)], _questions);
        Assert.Equal(NeighborState.Reachable, State);
        Assert.Equal(2, _net.A.Count("arp", "neighbours asked because a protocol above had no answers"));
    }

    [Fact]
    public void One_question_is_enough_for_a_suspected_neighbour()
    {
        _net.Network.Run(10);
        _isBSilent = true;
        _net.A.Step(_ => _net.PortA.Link.SuspectNeighbor(EtherTypes.Ipv4, Peer.Address));
        _net.Network.Run(1.5);
        Assert.Equal([(10, false), (11, true)], _questions);
    }

    [Fact]
    public void A_second_suspicion_asks_everybody_at_once_but_not_one_that_follows_on_its_heels()
    {
        _net.Network.Run(10);
        _isBSilent = true;
        // Two connections time out together.
        Suspect();
        Suspect();
        Assert.Equal(NeighborState.Probe, State);
        _net.Network.Run(0.3);
        Suspect();
        _net.Network.Settle();
        Assert.Equal([(10, false), (10.3, true)], _questions);
        Assert.Equal(NeighborState.Incomplete, State);

        void Suspect() => _net.A.Step(_ => _net.PortA.Link.SuspectNeighbor(EtherTypes.Ipv4, Peer.Address));
    }

    [Theory]
    [InlineData(ArpOperation.Request, "10.0.0.2", true)] // an announcement
    [InlineData(ArpOperation.Response, "10.0.0.2", true)] // the same as a reply
    [InlineData(ArpOperation.Request, "10.0.0.1", false)] // a question to us
    [InlineData(ArpOperation.Response, "10.0.0.1", false)] // an answer that nobody asked for
    [InlineData(ArpOperation.Request, "10.0.0.9", true)] // a question to somebody else
    public void Another_address_is_taken_at_once_in_whatever_packet_it_comes(ArpOperation operation, string target, bool isBroadcast)
    {
        _net.PortA.Inject(Oracle.Arp(operation, s_moved, "10.0.0.2", default, target, isBroadcast ? MacAddress.Broadcast : _net.PortA.Mac));
        Assert.Equal(s_moved, Found!.LinkAddress);
        Assert.Equal(NeighborState.Stale, State);
        Assert.Equal(1, _net.A.Count("arp", "neighbours that changed their address"));
        _net.Wire.Recording = true;
        Send();
        Assert.Equal(s_moved, Oracle.Mac(Oracle.Read(_net.Wire.Frames[^1]).DestinationHardwareAddress));
    }

    [Fact]
    public void The_same_address_told_again_changes_nothing()
    {
        _net.Network.Run(31);
        Send();
        Assert.Equal(NeighborState.Delay, State);
        _net.PortA.Inject(Oracle.Arp(ArpOperation.Request, _net.PortB.Mac, "10.0.0.2", default, "10.0.0.1"));
        _net.PortA.Inject(Oracle.Arp(ArpOperation.Response, _net.PortB.Mac, "10.0.0.2", _net.PortA.Mac, "10.0.0.1", _net.PortA.Mac));
        Assert.Equal(NeighborState.Delay, State);
    }

    [Fact]
    public void A_packet_that_waited_for_one_who_asks_us_leaves_and_has_the_entry_confirmed()
    {
        _net.A.Step(_ => _client.Send(_net.A.Copy([1]), new InetEndpoint(InetAddress.Parse("10.0.0.9"), 7)));
        _net.Wire.Recording = true;
        _net.PortA.Inject(Oracle.Arp(ArpOperation.Request, s_moved, "10.0.0.9", default, "10.0.0.1"));
        _net.Network.Settle();
        Assert.Contains(_net.Wire.Frames, f => f[13] == 0 && MacAddress.Read(f) == s_moved);
        Assert.Equal(NeighborState.Delay, Find("10.0.0.9")!.State);
    }

    [Fact]
    public void Without_detection_nobody_is_asked_again()
    {
        Settings.DetectUnreachability = false;
        _net.Network.Run(31);
        Send();
        _net.A.Step(_ => _net.PortA.Link.SuspectNeighbor(EtherTypes.Ipv4, Peer.Address));
        _net.Network.Run(20);
        Assert.Equal(NeighborState.Stale, State);
        Assert.Empty(_questions);
    }

    [Fact]
    public void Times_and_numbers_are_settings()
    {
        Settings.ReachableTime = TimeSpan.FromSeconds(2);
        Settings.DelayTime = TimeSpan.FromSeconds(1);
        Settings.RetransmitTime = TimeSpan.FromMilliseconds(500);
        Settings.UnicastAttempts = 1;
        Settings.BroadcastAttempts = 2;
        _net.A.Step(_ => _net.PortA.Link.ConfirmNeighbor(EtherTypes.Ipv4, Peer.Address));
        _net.Network.Run(2.5);
        _isBSilent = true;
        Send();
        _net.Network.Run(2.6);
        Assert.Equal([(3.5, false), (4, true), (4.5, true)], _questions);
        Assert.Equal(NeighborState.Failed, State);
    }

    private static InetEndpoint Peer => new(InetAddress.Parse("10.0.0.2"), 7);

    private Neighbor? Found => Find("10.0.0.2");

    private NeighborState? State => Found?.State;

    private Neighbor? Find(string address) => _net.PortA.Link.Arp.TryFind(InetAddress.Parse(address), out Neighbor? found) ? found : null;

    private void Send()
    {
        _net.A.Step(_ => _client.Send(_net.A.Copy([1]), Peer));
        _net.Network.Settle();
    }
}
