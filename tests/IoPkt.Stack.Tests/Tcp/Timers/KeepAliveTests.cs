using IoPkt.Stack.Tests.Tcp.Harness;
using Xunit;

namespace IoPkt.Stack.Tests.Tcp.Timers;

/// <summary>RFC 9293, section 3.8.4: SO_KEEPALIVE, TCP_KEEPIDLE, TCP_KEEPINTVL and TCP_KEEPCNT.</summary>
public sealed class KeepAliveTests
{
    private static void Configure(TcpSocket socket)
    {
        socket.KeepAlive = true;
        socket.KeepAliveIdle = TimeSpan.FromSeconds(10);
        socket.KeepAliveInterval = TimeSpan.FromSeconds(2);
        socket.KeepAliveCount = 3;
    }

    [Fact]
    public void It_is_off_unless_asked_for()
    {
        using TcpBench bench = new();
        (_, TcpSocket socket) = TcpPeer.AcceptFrom(bench);
        bench.Wait(100_000);
        bench.AssertNothingSent();
        Assert.Equal(TcpState.Established, socket.State);
    }

    [Fact]
    public void A_silent_peer_is_asked_each_time_it_has_been_silent()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench, configure: Configure);
        for (int i = 0; i < 100; i++)
        {
            bench.Wait(9.99);
            bench.AssertNothingSent();
            bench.Wait(0.02);
            // "SEG.SEQ = SND.NXT-1": outside the window, so that it must be answered.
            peer.Expect("A", 0, 1);
            peer.Send("A", 1, 1);
        }
        Assert.Equal(TcpState.Established, socket.State);
        Assert.Equal(100, bench.Count("keepalive probes sent"));
    }

    [Fact]
    public void Whatever_comes_postpones_it()
    {
        using TcpBench bench = new();
        (TcpPeer peer, _) = TcpPeer.AcceptFrom(bench, configure: Configure);
        bench.Wait(9);
        peer.Send("A", 1, 1, 10);
        bench.Wait(0.1);
        peer.Expect("A", 1, 11);
        bench.Wait(9.8);
        bench.AssertNothingSent();
        bench.Wait(0.2);
        peer.Expect("A", 0, 11);
    }

    [Fact]
    public void Three_probes_without_an_answer_end_it_with_a_reset()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench, configure: Configure);
        bench.Wait(10.01);
        peer.Expect("A", 0, 1);
        bench.Wait(2);
        peer.Expect("A", 0, 1);
        bench.Wait(2);
        peer.Expect("A", 0, 1);
        bench.Wait(1.9);
        Assert.Equal(TcpState.Established, socket.State);
        bench.Wait(0.1);
        peer.Expect("RA", 1, 1);
        Assert.Equal(Errno.TimedOut, socket.TakeError());
        Assert.Equal(1, bench.Count("connections dropped by keepalive"));
        bench.AssertNothingHeld();
    }

    [Fact]
    public void A_peer_that_has_restarted_ends_it_by_its_reset()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench, configure: Configure);
        bench.Wait(10.01);
        peer.Expect("A", 0, 1);
        peer.Send("R", 1);
        Assert.Equal(Errno.ConnectionReset, socket.TakeError());
    }

    [Fact]
    public void While_data_are_unacknowledged_their_own_timer_decides()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench, configure: Configure);
        bench.Write(socket, 10);
        bench.Wait(100);
        while (bench.HasSent)
            peer.Expect("A", 1, 1, 10);
        Assert.Equal(0, bench.Count("keepalive probes sent"));
        Assert.Equal(TcpState.Established, socket.State);
    }

    [Fact]
    public void It_can_be_switched_on_and_off_later()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench);
        bench.Wait(100);
        bench.Do(() => Configure(socket));
        bench.Wait(0.01);
        peer.Expect("A", 0, 1);
        peer.Send("A", 1, 1);
        bench.Do(() => socket.KeepAlive = false);
        bench.Wait(1000);
        bench.AssertNothingSent();
    }

    [Fact]
    public void In_FIN_WAIT_2_and_CLOSE_WAIT_too_a_dead_peer_is_noticed()
    {
        using TcpBench bench = new();
        (TcpPeer first, TcpSocket waiting) = TcpPeer.AcceptFrom(bench, configure: Configure);
        bench.Do(() => waiting.Shutdown(SocketShutdown.Send));
        first.Expect("FA", 1, 1);
        first.Send("A", 1, 2);
        (TcpPeer second, TcpSocket closing) = TcpPeer.AcceptFrom(bench, configure: Configure);
        second.Send("FA", 1, 1);
        second.Expect("A", 1, 2);
        bench.Wait(17);
        Assert.Equal(TcpState.Closed, waiting.State);
        Assert.Equal(TcpState.Closed, closing.State);
    }
}
