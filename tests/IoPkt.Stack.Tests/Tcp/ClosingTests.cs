using IoPkt.Stack.Tests.Tcp.Harness;
using Xunit;

namespace IoPkt.Stack.Tests.Tcp;

/// <summary>RFC 9293, section 3.6, figures 12 and 13: how connections end.</summary>
public sealed class ClosingTests
{
    [Fact]
    public void A_close_goes_through_FIN_WAIT_1_FIN_WAIT_2_and_TIME_WAIT()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench);
        bench.Do(() => socket.Shutdown(SocketShutdown.Send));
        peer.Expect("FA", 1, 1);
        Assert.Equal(TcpState.FinWait1, socket.State);
        peer.Send("A", 1, 2);
        Assert.Equal(TcpState.FinWait2, socket.State);
        // Half closed: the peer may go on for as long as it likes.
        bench.Wait(1000);
        peer.Send("A", 1, 2, 100);
        bench.Wait(0.1);
        peer.Expect("A", 2, 101);
        Assert.Equal(100, bench.Read(socket).Length);
        peer.Send("FA", 101, 2);
        peer.Expect("A", 2, 102);
        Assert.Equal(TcpState.TimeWait, socket.State);
        bench.Wait(59.9);
        Assert.Equal(TcpState.TimeWait, socket.State);
        bench.Wait(0.2);
        Assert.Equal(TcpState.Closed, socket.State);
        bench.Do(socket.Close);
        bench.AssertNothingHeld();
    }

    [Fact]
    public void The_end_that_is_closed_first_goes_through_CLOSE_WAIT_and_LAST_ACK()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench);
        peer.Send("FA", 1, 1);
        peer.Expect("A", 1, 2);
        Assert.Equal(TcpState.CloseWait, socket.State);
        Assert.True(socket.IsReceiveEnd);
        bench.Write(socket, 10);
        peer.Expect("A", 1, 2, 10);
        peer.Send("A", 2, 11);
        bench.Do(socket.Close);
        peer.Expect("FA", 11, 2);
        Assert.Equal(TcpState.LastAck, socket.State);
        peer.Send("A", 2, 12);
        Assert.Equal(TcpState.Closed, socket.State);
        bench.AssertNothingHeld();
    }

    [Fact]
    public void Two_ends_that_close_at_once_go_through_CLOSING()
    {
        // Figure 13.
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench);
        bench.Do(socket.Close);
        peer.Expect("FA", 1, 1);
        peer.Send("FA", 1, 1);
        peer.Expect("A", 2, 2);
        Assert.Equal(TcpState.Closing, socket.State);
        peer.Send("A", 2, 2);
        Assert.Equal(TcpState.TimeWait, socket.State);
        bench.Wait(61);
        bench.AssertNothingHeld();
    }

    [Fact]
    public void A_FIN_that_acknowledges_ours_leads_from_FIN_WAIT_1_to_TIME_WAIT()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench);
        bench.Do(socket.Close);
        peer.Expect("FA", 1, 1);
        peer.Send("FA", 1, 2);
        peer.Expect("A", 2, 2);
        Assert.Equal(TcpState.TimeWait, socket.State);
    }

    [Fact]
    public void A_FIN_waits_for_the_data_before_it()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench);
        peer.Send("FA", 11, 1, 10);
        peer.Expect("A", 1, 1);
        Assert.Equal(TcpState.Established, socket.State);
        peer.Send("A", 1, 1, 10);
        peer.Expect("A", 1, 22);
        Assert.Equal(TcpState.CloseWait, socket.State);
        Assert.Equal(TcpBench.Pattern(0, 20), bench.Read(socket));
    }

    [Fact]
    public void Close_with_data_unread_resets()
    {
        // RFC 2525, section 2.17.
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench);
        peer.Send("A", 1, 1, 10);
        peer.Expect("A", 1, 11);
        bench.Do(socket.Close);
        peer.Expect("RA", 1, 11);
        bench.AssertNothingHeld();
    }

    [Fact]
    public void Data_after_close_are_reset()
    {
        // RFC 9293, section 3.6 (SHLD-3).
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench);
        bench.Do(socket.Close);
        peer.Expect("FA", 1, 1);
        peer.Send("A", 1, 2, 10);
        peer.Expect("R", 2);
        bench.AssertNothingHeld();
        Assert.Equal(1, bench.Count("packets received after close"));
    }

    [Fact]
    public void An_abort_takes_its_socket_and_no_other_out_of_netstat_s_list()
    {
        using TcpBench bench = new();
        TcpSocket listener = bench.Listen(8080);
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench);
        (_, TcpSocket other) = TcpPeer.AcceptFrom(bench);
        bench.Do(socket.Abort);
        peer.Expect("RA", 1, 1);
        Assert.Equal([other, listener], bench.Tcp.Sockets);
    }

    [Fact]
    public void SO_LINGER_of_zero_makes_close_a_reset_and_drops_what_was_queued()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench, window: 100);
        bench.Write(socket, 500);
        peer.Expect("A", 1, 1, 100);
        socket.Options.Linger = TimeSpan.Zero;
        bench.Do(socket.Close);
        peer.Expect("RA", 101, 1);
        bench.AssertNothingHeld();
    }

    [Fact]
    public void Queued_data_go_out_before_the_FIN()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench, window: 100);
        bench.Write(socket, 150);
        peer.Expect("A", 1, 1, 100);
        bench.Do(socket.Close);
        peer.Send("A", 1, 101);
        peer.Expect("FA", 101, 1, 50);
    }

    [Fact]
    public void An_orphan_waits_in_FIN_WAIT_2_only_so_long()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench);
        bench.Do(socket.Close);
        peer.Expect("FA", 1, 1);
        peer.Send("A", 1, 2);
        bench.Wait(59);
        Assert.Equal(TcpState.FinWait2, socket.State);
        bench.Wait(2);
        bench.AssertNothingHeld();
        Assert.Equal(1, bench.Count("connections dropped in FIN-WAIT-2"));
    }

    [Fact]
    public void TCP_LINGER2_sets_that_time()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench, configure: static s => s.FinWait2Timeout = TimeSpan.FromSeconds(3));
        bench.Do(socket.Close);
        peer.Expect("FA", 1, 1);
        peer.Send("A", 1, 2);
        bench.Wait(3.1);
        bench.AssertNothingHeld();
    }

    [Fact]
    public void An_orphan_gives_up_a_dead_peer_sooner_than_a_user_would()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench);
        bench.Write(socket, 10);
        peer.Expect("A", 1, 1, 10);
        bench.Do(socket.Close);
        bench.Wait(120);
        bench.AssertNothingHeld();
    }

    [Fact]
    public void An_orphan_before_a_window_that_stays_closed_ends_though_it_is_acknowledged()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench, window: 10);
        bench.Write(socket, 100);
        peer.Expect("A", 1, 1, 10);
        peer.Send("A", 1, 11, window: 0);
        bench.Do(socket.Close);
        double waited = 0;
        for (; waited < 2000 && socket.State != TcpState.Closed; waited += 1)
        {
            bench.Wait(1);
            while (bench.HasSent)
            {
                if (bench.NextSent().Flags == "A")
                    peer.Send("A", 1, 11, window: 0);
            }
        }
        Assert.InRange(waited, 10, 1000);
        bench.AssertNothingHeld();
    }

    [Fact]
    public void More_orphans_than_allowed_are_reset()
    {
        using TcpBench bench = new(static s => s.MaximumOrphans = 1);
        (TcpPeer first, TcpSocket one) = TcpPeer.AcceptFrom(bench);
        (TcpPeer second, TcpSocket two) = TcpPeer.AcceptFrom(bench);
        bench.Do(one.Close);
        first.Expect("FA", 1, 1);
        bench.Do(two.Close);
        second.Expect("RA", 1, 1);
        first.Send("RA", 1, 2);
        bench.AssertNothingHeld();
        (TcpPeer third, TcpSocket three) = TcpPeer.AcceptFrom(bench);
        bench.Do(three.Close);
        third.Expect("FA", 1, 1);
    }

    [Fact]
    public void A_user_that_leaves_in_FIN_WAIT_2_does_not_leave_the_connection_there_for_ever()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench);
        bench.Do(() => socket.Shutdown(SocketShutdown.Send));
        peer.Expect("FA", 1, 1);
        peer.Send("A", 1, 2);
        bench.Do(socket.Close);
        bench.Wait(59.9);
        Assert.Equal(1, bench.Tcp.Connections.Count);
        bench.Wait(0.2);
        bench.AssertNothingHeld();
        Assert.Equal(1, bench.Count("connections dropped in FIN-WAIT-2"));
    }
}
