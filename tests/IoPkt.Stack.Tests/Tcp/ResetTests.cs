using IoPkt.Stack.Tests.Tcp.Harness;
using Xunit;

namespace IoPkt.Stack.Tests.Tcp;

/// <summary>RFC 5961 and RFC 9293, section 3.10.7.4: resets, SYNs and data from somebody who guesses.</summary>
public sealed class ResetTests
{
    [Fact]
    public void A_reset_at_RCV_NXT_ends_the_connection()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench);
        peer.Send("R", 1);
        Assert.Equal(Errno.ConnectionReset, socket.TakeError());
        Assert.Equal(TcpState.Closed, socket.State);
        bench.AssertNothingSent();
        bench.AssertNothingHeld();
    }

    [Theory]
    [InlineData(2)]
    [InlineData(60000)]
    public void A_reset_elsewhere_in_the_window_is_challenged(uint sequence)
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench);
        peer.Send("R", sequence);
        peer.Expect("A", 1, 1);
        Assert.Equal(TcpState.Established, socket.State);
        // An honest peer answers with the exact number.
        peer.Send("R", 1);
        Assert.Equal(TcpState.Closed, socket.State);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(70000)]
    [InlineData(2_000_000_000)]
    public void A_reset_outside_the_window_is_dropped(uint sequence)
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench);
        peer.Send("R", sequence);
        bench.AssertNothingSent();
        Assert.Equal(TcpState.Established, socket.State);
        Assert.Equal(1, bench.Count("resets received outside the expected place"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1_000_000_000)]
    public void A_SYN_is_challenged_wherever_it_lies(uint sequence)
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench);
        peer.Send("S", sequence);
        peer.Expect("A", 1, 1);
        Assert.Equal(TcpState.Established, socket.State);
    }

    [Fact]
    public void A_peer_that_has_restarted_finds_the_old_connection_and_ends_it()
    {
        // RFC 9293, figure 9: the challenge makes the new peer send the reset that we believe.
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench);
        peer.Send("S", 5000);
        WireSegment challenge = peer.Expect("A", 1, 1);
        peer.Send("R", challenge.Acknowledgment - peer.Isn);
        Assert.Equal(Errno.ConnectionReset, socket.TakeError());
    }

    [Theory]
    [InlineData(70002, true)]
    [InlineData(4_294_900_000, true)]
    [InlineData(1, false)]
    public void An_acknowledgement_too_far_off_is_challenged_and_its_data_dropped(uint acknowledgment, bool isDropped)
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench, window: 1000);
        peer.Send("A", 1, acknowledgment, 10);
        peer.Expect("A", 1, isDropped ? 1u : 11u);
        Assert.Equal(isDropped ? 0 : 10, socket.ReceiveAvailable);
    }

    [Fact]
    public void One_connection_is_challenged_at_most_twice_a_second()
    {
        using TcpBench bench = new();
        (TcpPeer peer, _) = TcpPeer.AcceptFrom(bench);
        for (int i = 0; i < 100; i++)
            peer.Send("S", (uint)i * 7919);
        peer.Expect("A", 1, 1);
        bench.AssertNothingSent();
        Assert.Equal(99, bench.Count("challenge acks not sent because of the rate limit"));
        bench.Wait(0.5);
        peer.Send("S", 3);
        peer.Expect("A", 1, 1);
    }

    [Fact]
    public void The_stack_s_limit_can_t_be_counted()
    {
        // CVE-2016-5696: how many challenges others have used up must not be seen from what is left.
        using TcpBench bench = new(static s => s.ChallengeAcksPerSecond = 20);
        List<(TcpPeer Peer, TcpSocket)> all = [.. Enumerable.Range(0, 60).Select(_ => TcpPeer.AcceptFrom(bench))];
        HashSet<int> counts = [];
        for (int second = 0; second < 12; second++)
        {
            bench.Wait(1);
            foreach ((TcpPeer peer, _) in all)
                peer.Send("S", 0);
            int count = 0;
            for (; bench.HasSent; count++)
                bench.NextSent();
            Assert.InRange(count, 10, 31);
            counts.Add(count);
        }
        Assert.True(counts.Count >= 5, $"only {counts.Count} different limits");
    }

    [Fact]
    public void Nor_can_the_limit_on_resets()
    {
        using TcpBench bench = new(static s => s.ResetsPerSecond = 20);
        TcpPeer peer = new(bench, 40000, 81);
        HashSet<int> counts = [];
        for (int second = 0; second < 12; second++)
        {
            bench.Wait(1);
            for (int i = 0; i < 60; i++)
                peer.Send("S", 0);
            int count = 0;
            for (; bench.HasSent; count++)
                bench.NextSent();
            Assert.InRange(count, 10, 31);
            counts.Add(count);
        }
        Assert.True(counts.Count >= 5, $"only {counts.Count} different limits");
    }

    [Fact]
    public void A_segment_without_ACK_is_dropped()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench);
        peer.Send("P", 1, 0, 10);
        bench.AssertNothingSent();
        Assert.Equal(0, socket.ReceiveAvailable);
    }

    [Fact]
    public void Two_ends_that_disagree_don_t_answer_each_other_for_ever()
    {
        using TcpBench bench = new();
        (TcpPeer peer, _) = TcpPeer.AcceptFrom(bench);
        for (int i = 0; i < 50; i++)
            peer.Send("A", 4_000_000_000, 1);
        peer.Expect("A", 1, 1);
        bench.AssertNothingSent();
    }

    [Theory]
    [InlineData(TcpState.FinWait1, Errno.ConnectionReset)]
    [InlineData(TcpState.FinWait2, Errno.ConnectionReset)]
    [InlineData(TcpState.CloseWait, Errno.ConnectionReset)]
    [InlineData(TcpState.Closing, Errno.None)]
    [InlineData(TcpState.LastAck, Errno.None)]
    public void A_reset_ends_each_state_as_the_RFC_says(TcpState state, Errno expected)
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench);
        uint next = 1;
        if (state is TcpState.CloseWait or TcpState.LastAck)
            peer.Send("FA", next++, 1);
        if (state != TcpState.CloseWait)
            bench.Do(() => socket.Shutdown(SocketShutdown.Send));
        if (state == TcpState.FinWait2)
            peer.Send("A", next, 2);
        if (state == TcpState.Closing)
            peer.Send("FA", next++, 1);
        Assert.Equal(state, socket.State);
        peer.Send("R", next);
        Assert.Equal(TcpState.Closed, socket.State);
        Assert.Equal(expected, socket.TakeError());
        bench.Do(socket.Close);
        bench.AssertNothingHeld();
    }
}
