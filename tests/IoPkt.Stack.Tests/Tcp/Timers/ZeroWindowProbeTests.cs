using IoPkt.Stack.Tests.Tcp.Harness;
using Xunit;

namespace IoPkt.Stack.Tests.Tcp.Timers;

/// <summary>RFC 9293, section 3.8.6.1: a window that is closed is probed, for as long as the peer answers.</summary>
public sealed class ZeroWindowProbeTests
{
    /// <summary>Five hundred bytes in front of a closed window.</summary>
    private static (TcpPeer Peer, TcpSocket Socket) CloseWindow(TcpBench bench, Action<TcpSocket>? configure = null)
    {
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench, configure: configure, window: 500);
        bench.Write(socket, 1000);
        peer.Expect("A", 1, 1, 500);
        peer.Send("A", 1, 501, window: 0);
        bench.AssertNothingSent();
        return (peer, socket);
    }

    [Fact]
    public void Probes_come_after_one_timeout_and_then_at_doubling_intervals()
    {
        using TcpBench bench = new();
        (TcpPeer peer, _) = CloseWindow(bench);
        foreach (double interval in new[] { 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 60, 60 })
        {
            bench.Wait(interval - 0.01);
            bench.AssertNothingSent();
            // The round trip is a part of each timeout.
            bench.Wait(0.0105);
            // From before the window, so that any receiver answers and none takes it.
            peer.Expect("A", 500, 1);
            peer.Send("A", 1, 501, window: 0);
        }
        Assert.Equal(11, bench.Count("window probe packets sent"));
    }

    [Fact]
    public void While_they_are_answered_the_connection_lives_and_goes_on_when_the_window_opens()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = CloseWindow(bench);
        for (int i = 0; i < 3000; i++)
        {
            bench.Wait(10);
            while (bench.HasSent)
            {
                peer.Expect("A", 500, 1);
                peer.Send("A", 1, 501, window: 0);
            }
        }
        Assert.Equal(TcpState.Established, socket.State);
        peer.Send("A", 1, 501, window: 65535);
        peer.Expect("A", 501, 1, 500);
        peer.Send("A", 1, 1001);
        bench.Wait(1000);
        bench.AssertNothingSent();
    }

    [Fact]
    public void Without_an_answer_it_ends_after_as_many_as_a_retransmission_would()
    {
        using TcpBench bench = new(static s => s.Retries = 5);
        (_, TcpSocket socket) = CloseWindow(bench);
        bench.Wait(25.3);
        Assert.Equal(TcpState.Established, socket.State);
        Assert.Equal(6, bench.Count("window probe packets sent"));
        bench.Wait(0.2);
        Assert.Equal(TcpState.Closed, socket.State);
        Assert.Equal(Errno.TimedOut, socket.TakeError());
        Assert.Equal(1, bench.Count("connections dropped by persist timeout"));
        bench.AssertNothingHeld();
    }

    [Fact]
    public void The_user_timeout_ends_it_when_it_is_over_and_not_at_some_later_probe()
    {
        using TcpBench bench = new();
        (_, TcpSocket socket) = CloseWindow(bench, static s => s.UserTimeout = TimeSpan.FromSeconds(10));
        bench.Wait(10.1);
        Assert.Equal(TcpState.Established, socket.State);
        bench.Wait(0.2);
        Assert.Equal(TcpState.Closed, socket.State);
        Assert.Equal(Errno.TimedOut, socket.TakeError());
    }

    [Fact]
    public void A_user_timeout_counts_from_the_last_answer()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = CloseWindow(bench, static s => s.UserTimeout = TimeSpan.FromSeconds(10));
        for (int i = 0; i < 200; i++)
        {
            bench.Wait(1);
            while (bench.HasSent)
            {
                peer.Expect("A", 500, 1);
                peer.Send("A", 1, 501, window: 0);
            }
        }
        Assert.Equal(TcpState.Established, socket.State);
        bench.Wait(75);
        Assert.Equal(TcpState.Closed, socket.State);
    }

    [Fact]
    public void A_window_that_closes_over_data_in_flight_is_probed_by_them()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench);
        bench.Write(socket, 1072);
        peer.Expect("A", 1, 1, 536);
        peer.Expect("A", 537, 1, 536);
        // The peer had no room for what came, and says so: it shrinks the window, which it shouldn't.
        peer.Send("A", 1, 1, window: 0);
        for (int i = 0; i < 1000; i++)
        {
            bench.Wait(10);
            while (bench.HasSent)
            {
                peer.Expect("A", 1, 1, 536);
                peer.Send("A", 1, 1, window: 0);
            }
        }
        Assert.Equal(TcpState.Established, socket.State);
        int window = socket.GetInfo().CongestionWindow;
        peer.Send("A", 1, 1, window: 65535);
        peer.Expect("A", 1, 1, 536);
        peer.Expect("A", 537, 1, 536);
        Assert.Equal(window, socket.GetInfo().CongestionWindow);
    }

    [Fact]
    public void A_window_that_opens_again_and_again_brings_data_in_flight_once_a_round_trip()
    {
        using TcpBench bench = new();
        TcpSocket socket = bench.Connect();
        TcpPeer peer = new(bench, 80, socket.LocalEndpoint.Port);
        peer.Expect("S", 0);
        bench.Wait(0.1);
        peer.Send("SA", 0, 1, options: []);
        peer.Expect("A", 1, 1);
        bench.Write(socket, 1072);
        peer.Expect("A", 1, 1, 536);
        peer.Expect("A", 537, 1, 536);
        for (int round = 0; round < 3; round++)
        {
            for (int i = 0; i < 5; i++)
            {
                peer.Send("A", 1, 1, window: 0);
                peer.Send("A", 1, 1, window: 65535);
                bench.AssertNothingSent();
            }
            bench.Wait(0.11);
            peer.Send("A", 1, 1, window: 0);
            peer.Send("A", 1, 1, window: 65535);
            peer.Expect("A", 1, 1, 536);
            peer.Expect("A", 537, 1, 536);
        }
        peer.Send("A", 1, 1073);
        Assert.Equal(0, socket.SendQueued);
    }

    [Fact]
    public void Probes_of_the_peer_are_answered_with_the_window_and_their_byte_is_not_taken()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench, configure: static s => s.Options.ReceiveBuffer = 4096);
        for (uint at = 1; at < 4097; at += 1024)
            peer.Send("A", at, 1, 1024);
        bench.ForgetSent();
        // One byte beyond the window, as most stacks probe; a keep-alive's number, as ours does.
        peer.Send("A", 4097, 1, 1);
        Assert.Equal(0, peer.Expect("A", 1, 4097).Window);
        peer.Send("A", 4096, 1);
        Assert.Equal(0, peer.Expect("A", 1, 4097).Window);
        Assert.Equal(4096, socket.ReceiveAvailable);
        Assert.Equal(1, bench.Count("window probes received"));
        // Reading opens it.
        bench.Read(socket);
        Assert.Equal(4096, peer.Expect("A", 1, 4097).Window);
    }
}
