using IoPkt.Stack.Tests.Tcp.Harness;
using Xunit;

namespace IoPkt.Stack.Tests.Tcp;

/// <summary>RFC 9293, section 3.5, and section 3.10.7.1 to 3.10.7.3: how connections begin, and what answers segments of none.</summary>
public sealed class HandshakeTests
{
    [Fact]
    public void An_active_open_sends_a_SYN_with_every_option_and_is_established_by_the_answer()
    {
        using TcpBench bench = new();
        TcpSocket socket = bench.Connect(80);
        TcpPeer peer = new(bench, 80, socket.LocalEndpoint.Port);
        WireSegment syn = peer.Expect("S", 0);
        Assert.Equal((ushort)1460, syn.MaximumSegment);
        Assert.True(syn.SackPermitted);
        Assert.NotNull(syn.Timestamps);
        Assert.Equal(0u, syn.Timestamps!.Value.Echo);
        Assert.Equal((byte)7, syn.WindowScale);
        Assert.Equal(64, syn.Ip.TimeToLive);
        Assert.Equal(TcpState.SynSent, socket.State);
        peer.Send("SA", 0, 1, options: SegmentOptions.Usual(echo: syn.Timestamps.Value.Value));
        WireSegment ack = peer.Expect("A", 1, 1);
        Assert.Equal(1000u, ack.Timestamps!.Value.Echo);
        Assert.Equal(TcpState.Established, socket.State);
        Assert.Equal(SocketEvents.Connected | SocketEvents.Writable, bench.EventsOf(socket));
        bench.AssertNothingSent();
    }

    [Fact]
    public void A_passive_open_answers_only_with_options_that_the_peer_sent()
    {
        using TcpBench bench = new();
        TcpSocket listener = bench.Listen();
        TcpPeer bare = new(bench, 40000, 80);
        bare.Send("S", 0);
        WireSegment answer = bare.Expect("SA", 0, 1);
        Assert.Equal((ushort)1460, answer.MaximumSegment);
        Assert.False(answer.SackPermitted);
        Assert.Null(answer.Timestamps);
        Assert.Null(answer.WindowScale);
        TcpPeer usual = new(bench, 40001, 80);
        usual.Send("S", 0, options: SegmentOptions.Usual(timestamp: 77));
        answer = usual.Expect("SA", 0, 1);
        Assert.True(answer.SackPermitted);
        Assert.Equal(77u, answer.Timestamps!.Value.Echo);
        Assert.NotNull(answer.WindowScale);
        Assert.Equal(2, listener.SynQueueLength);
        Assert.Null(listener.Accept());
        bare.Send("A", 1, 1);
        Assert.Equal(SocketEvents.Acceptable, bench.EventsOf(listener));
        TcpSocket accepted = bench.Accept(listener);
        Assert.Equal(TcpState.Established, accepted.State);
        Assert.Equal(new InetEndpoint(TcpBench.PeerAddress, 40000), accepted.RemoteEndpoint);
    }

    [Fact]
    public void An_acknowledgement_without_the_timestamps_that_both_have_opens_nothing()
    {
        using TcpBench bench = new();
        TcpSocket listener = bench.Listen();
        TcpPeer peer = new(bench, 40000, 80);
        peer.Send("S", 0, options: SegmentOptions.Usual(timestamp: 77));
        WireSegment answer = peer.Expect("SA", 0, 1);
        peer.Send("A", 1, 1);
        Assert.Null(listener.Accept());
        Assert.Equal(1, listener.SynQueueLength);
        peer.Send("A", 1, 1, options: SegmentOptions.Join(SegmentOptions.Timestamps(78, answer.Timestamps!.Value.Value)));
        Assert.Equal(TcpState.Established, bench.Accept(listener).State);
    }

    [Fact]
    public void Without_an_MSS_option_segments_have_536_bytes()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench);
        bench.Write(socket, 1000);
        peer.Expect("A", 1, 1, 536);
    }

    [Fact]
    public void Two_ends_that_open_at_once_make_one_connection()
    {
        // Figure 7 of RFC 9293.
        using TcpBench bench = new();
        TcpSocket socket = bench.Connect(80);
        TcpPeer peer = new(bench, 80, socket.LocalEndpoint.Port);
        peer.Expect("S", 0);
        peer.Send("S", 0, options: SegmentOptions.Usual());
        WireSegment answer = peer.Expect("SA", 0, 1);
        Assert.NotNull(answer.WindowScale);
        Assert.Equal(TcpState.SynReceived, socket.State);
        peer.Send("SA", 0, 1, options: SegmentOptions.Usual(timestamp: 1001));
        Assert.Equal(TcpState.Established, socket.State);
        Assert.Equal(SocketEvents.Connected | SocketEvents.Writable, bench.EventsOf(socket));
    }

    [Fact]
    public void A_simultaneous_open_answers_a_repeated_SYN()
    {
        using TcpBench bench = new();
        TcpSocket socket = bench.Connect(80);
        TcpPeer peer = new(bench, 80, socket.LocalEndpoint.Port);
        peer.Expect("S", 0);
        peer.Send("S", 0);
        peer.Expect("SA", 0, 1);
        peer.Send("S", 0);
        peer.Expect("A", 1, 1);
        bench.Wait(1);
        peer.Expect("SA", 0, 1);
        peer.Send("A", 1, 1);
        Assert.Equal(TcpState.Established, socket.State);
    }

    [Fact]
    public void A_peer_that_has_filled_the_window_completes_the_handshake_from_its_edge()
    {
        using TcpBench bench = new();
        TcpSocket listener = bench.Listen();
        TcpPeer peer = new(bench, 40000, 80);
        peer.Send("S", 0);
        ushort window = peer.Expect("SA", 0, 1).Window;
        peer.Send("A", 1u + window, 1);
        Assert.Equal(TcpState.Established, bench.Accept(listener).State);
    }

    [Fact]
    public void A_SYN_is_repeated_with_doubling_intervals_until_the_user_learns_of_it()
    {
        using TcpBench bench = new();
        TcpSocket socket = bench.Connect(80, static s => s.SynRetries = 3);
        TcpPeer peer = new(bench, 80, socket.LocalEndpoint.Port);
        peer.Expect("S", 0);
        foreach (double seconds in (double[])[1, 2, 4])
        {
            bench.Wait(seconds - 0.01);
            bench.AssertNothingSent();
            bench.Wait(0.01);
            peer.Expect("S", 0);
        }
        bench.Wait(8);
        bench.AssertNothingSent();
        Assert.Equal(TcpState.Closed, socket.State);
        Assert.Equal(Errno.TimedOut, socket.TakeError());
        bench.Do(socket.Close);
        bench.AssertNothingHeld();
    }

    [Theory]
    [InlineData("RA", 0, 1, true)]
    [InlineData("R", 0, 0, false)]
    public void In_SYN_SENT_only_a_reset_that_acknowledges_our_SYN_counts(string flags, uint sequence, uint acknowledgment, bool isRefused)
    {
        using TcpBench bench = new();
        TcpSocket socket = bench.Connect(80);
        TcpPeer peer = new(bench, 80, socket.LocalEndpoint.Port);
        peer.Expect("S", 0);
        peer.Send(flags, sequence, acknowledgment);
        Assert.Equal(isRefused ? TcpState.Closed : TcpState.SynSent, socket.State);
        Assert.Equal(isRefused ? Errno.ConnectionRefused : Errno.None, socket.TakeError());
        bench.AssertNothingSent();
    }

    [Fact]
    public void In_SYN_SENT_an_acknowledgement_of_something_else_is_reset_and_the_open_goes_on()
    {
        // Figure 9: recovery from an old duplicate, or from half a connection.
        using TcpBench bench = new();
        TcpSocket socket = bench.Connect(80);
        TcpPeer peer = new(bench, 80, socket.LocalEndpoint.Port);
        peer.Expect("S", 0);
        peer.Send("A", 300, 100);
        peer.ExpectReset(100);
        peer.Send("SA", 300, 0);
        peer.ExpectReset(0);
        peer.Send("R", 300, 0);
        Assert.Equal(TcpState.SynSent, socket.State);
        peer.Send("SA", 0, 1);
        peer.Expect("A", 1, 1);
        Assert.Equal(TcpState.Established, socket.State);
    }

    [Fact]
    public void Data_and_FIN_with_the_SYN_ACK_are_taken()
    {
        using TcpBench bench = new();
        TcpSocket socket = bench.Connect(80);
        TcpPeer peer = new(bench, 80, socket.LocalEndpoint.Port);
        peer.Expect("S", 0);
        peer.Send("SFA", 0, 1, data: [1, 2, 3]);
        peer.Expect("A", 1, 5);
        Assert.Equal([1, 2, 3], bench.Read(socket));
        Assert.Equal(TcpState.CloseWait, socket.State);
    }

    [Theory]
    [InlineData("S", 0, 0, "RA 0 1")]
    [InlineData("SF", 0, 10, "RA 0 12")]
    [InlineData("A", 50, 0, "R 77 0")]
    [InlineData("FA", 50, 5, "R 77 0")]
    public void What_arrives_for_nobody_is_reset_with_numbers_that_make_it_believed(string flags, uint sequence, int length, string expected)
    {
        // RFC 9293, section 3.10.7.1.
        using TcpBench bench = new();
        TcpPeer peer = new(bench, 40000, 9);
        peer.Send(flags, sequence, 77, length);
        WireSegment reset = bench.NextSent();
        uint acknowledgment = reset.Flags == "RA" ? reset.Acknowledgment - peer.Isn : 0;
        Assert.Equal(expected, $"{reset.Flags} {reset.Sequence} {acknowledgment}");
        Assert.Equal(0, reset.Window);
        bench.AssertNothingSent();
    }

    [Fact]
    public void A_reset_for_nobody_is_ignored()
    {
        using TcpBench bench = new();
        TcpPeer peer = new(bench, 40000, 9);
        peer.Send("R", 0);
        peer.Send("RA", 0, 1);
        bench.AssertNothingSent();
    }

    [Theory]
    [InlineData("R", false)]
    [InlineData("F", false)]
    [InlineData("", false)]
    [InlineData("A", true)]
    [InlineData("SA", true)]
    public void A_listener_resets_acknowledgements_and_ignores_the_rest(string flags, bool isReset)
    {
        using TcpBench bench = new();
        bench.Listen();
        TcpPeer peer = new(bench, 40000, 80);
        peer.Send(flags, 0, 42);
        if (isReset)
            peer.ExpectReset(42);
        bench.AssertNothingSent();
    }

    [Fact]
    public void A_half_open_connection_is_dropped_by_the_exact_reset_and_by_no_other()
    {
        using TcpBench bench = new();
        TcpSocket listener = bench.Listen();
        TcpPeer peer = new(bench, 40000, 80);
        peer.Send("S", 0);
        peer.Expect("SA", 0, 1);
        peer.Send("R", 100);
        peer.Expect("A", 1, 1);
        peer.Send("R", 100_000);
        Assert.Equal(1, listener.SynQueueLength);
        peer.Send("R", 1);
        Assert.Equal(0, listener.SynQueueLength);
        bench.AssertNothingSent();
        Assert.Equal(1, bench.Count("embryonic connections dropped"));
    }

    [Fact]
    public void A_SYN_ACK_is_repeated_and_then_forgotten()
    {
        using TcpBench bench = new(static s => s.SynAckRetries = 2);
        TcpSocket listener = bench.Listen();
        TcpPeer peer = new(bench, 40000, 80);
        peer.Send("S", 0);
        peer.Expect("SA", 0, 1);
        bench.Wait(1.02);
        peer.Expect("SA", 0, 1);
        bench.Wait(2.02);
        peer.Expect("SA", 0, 1);
        bench.Wait(4.02);
        bench.AssertNothingSent();
        Assert.Equal(0, listener.SynQueueLength);
        Assert.Equal(0, bench.Tcp.Connections.Count);
    }

    [Fact]
    public void A_wrong_acknowledgement_in_SYN_RECEIVED_is_reset_and_the_right_one_still_counts()
    {
        using TcpBench bench = new();
        TcpSocket listener = bench.Listen();
        TcpPeer peer = new(bench, 40000, 80);
        peer.Send("S", 0);
        peer.Expect("SA", 0, 1);
        peer.Send("A", 1, 99);
        peer.ExpectReset(99);
        peer.Send("A", 1, 1);
        Assert.Equal(TcpState.Established, bench.Accept(listener).State);
    }

    [Fact]
    public void The_accept_queue_and_the_SYN_queue_are_bounded_apart_from_each_other()
    {
        using TcpBench bench = new(static s => s.SynCookies = SynCookieUse.Never);
        TcpSocket listener = bench.Listen(backlog: 1);
        for (ushort i = 0; i < 9; i++)
        {
            TcpPeer other = new(bench, (ushort)(41000 + i), 80);
            other.Send("S", 0);
        }
        Assert.Equal(8, listener.SynQueueLength);
        Assert.Equal(1, bench.Count("SYNs dropped because the SYN queue was full"));
        for (int i = 0; i < 8; i++)
            bench.NextSent();
        // One of the half-open ones is confirmed: there's room for another request, but not while the accept queue is full.
        TcpPeer first = new(bench, 42000, 80);
        bench.Wait(200);
        bench.ForgetSent();
        first.Send("S", 0);
        first.Expect("SA", 0, 1);
        first.Send("A", 1, 1);
        Assert.Equal(1, listener.AcceptQueueLength);
        TcpPeer second = new(bench, 42001, 80);
        second.Send("S", 0);
        bench.AssertNothingSent();
        Assert.Equal(1, bench.Count("connections dropped because the accept queue was full"));
        bench.Accept(listener);
        bench.Wait(0.1);
        second.Send("S", 0);
        second.Expect("SA", 0, 1);
    }

    [Fact]
    public void TCP_DEFER_ACCEPT_waits_for_data()
    {
        using TcpBench bench = new();
        TcpSocket listener = bench.Listen(configure: static s => s.DeferAccept = TimeSpan.FromSeconds(5));
        TcpPeer peer = new(bench, 40000, 80);
        peer.Send("S", 0);
        peer.Expect("SA", 0, 1);
        peer.Send("A", 1, 1);
        Assert.Null(listener.Accept());
        peer.Send("A", 1, 1, 10);
        Assert.Equal(10, bench.Accept(listener).ReceiveAvailable);
    }

    [Fact]
    public void Initial_sequence_numbers_grow_with_time_and_differ_between_endpoints()
    {
        // RFC 6528.
        using TcpBench bench = new();
        bench.Listen();
        TcpPeer peer = new(bench, 40000, 80), other = new(bench, 40001, 80);
        peer.Send("S", 0);
        uint first = peer.Expect("SA", 0, 1).Sequence;
        other.Send("S", 0);
        uint another = other.Expect("SA", 0, 1).Sequence;
        peer.Send("R", 1);
        bench.Wait(0.4);
        peer.Send("S", 0);
        uint second = peer.Expect("SA", 0, 1).Sequence;
        Assert.Equal(100_000u, second - first);
        Assert.NotInRange(another - first, 0u, 1000u);
        using TcpBench elsewhere = new(seed: 2);
        elsewhere.Listen();
        TcpPeer same = new(elsewhere, 40000, 80);
        same.Send("S", 0);
        Assert.NotEqual(first, same.Expect("SA", 0, 1).Sequence);
    }
}
