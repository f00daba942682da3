using IoPkt.Stack.Tests.Tcp.Harness;
using Xunit;

namespace IoPkt.Stack.Tests.Tcp.Sending;

/// <summary>RFC 9293, section 3.8.6.2.1: a sender doesn't fill small windows with small segments; and windows that shrink, section 3.8.6.</summary>
public sealed class SillyWindowTests
{
    [Fact]
    public void A_window_with_room_for_part_of_a_segment_waits_for_more()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench, window: 2000);
        bench.Write(socket, 10_000);
        peer.Expect("A", 1, 1, 536);
        peer.Expect("A", 537, 1, 536);
        peer.Expect("A", 1073, 1, 536);
        // 392 bytes are left of the window: neither a whole segment nor half the largest window.
        bench.AssertNothingSent();
        // One byte more and more: nothing, until a segment fits.
        for (int i = 1; i < 144; i++)
            peer.Send("A", 1, 1, window: 2000 + i);
        bench.AssertNothingSent();
        peer.Send("A", 1, 1, window: 2144);
        peer.Expect("A", 1609, 1, 536);
    }

    [Fact]
    public void Half_the_largest_window_is_worth_a_segment()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench, window: 500);
        bench.Write(socket, 2000);
        peer.Expect("A", 1, 1, 500);
        peer.Send("A", 1, 501, window: 249);
        bench.AssertNothingSent();
        peer.Send("A", 1, 501, window: 250);
        peer.Expect("A", 501, 1, 250);
    }

    [Fact]
    public void When_nothing_is_in_flight_the_override_timer_ends_the_wait()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench, window: 2000);
        bench.Write(socket, 10_000);
        bench.ForgetSent();
        peer.Send("A", 1, 1609, window: 100);
        bench.Wait(0.19);
        bench.AssertNothingSent();
        bench.Wait(0.02);
        peer.Expect("A", 1609, 1, 100);
    }

    [Fact]
    public void A_window_that_shrinks_stops_new_data_and_nothing_beyond_it_is_sent_again()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench, window: 5360);
        bench.Write(socket, 20_000);
        for (uint at = 1; at < 5360; at += 536)
            peer.Expect("A", at, 1, 536);
        // The edge was at 5361, and is at 1609 now.
        peer.Send("A", 1, 537, window: 1072);
        bench.AssertNothingSent();
        bench.Wait(0.25);
        peer.Expect("A", 537, 1, 536);
        bench.AssertNothingSent();
        peer.Send("A", 1, 1073, window: 536);
        peer.Expect("A", 1073, 1, 536);
        bench.AssertNothingSent();
        // The edge moves on: what it lets through follows.
        peer.Send("A", 1, 1609, window: 5360);
        peer.Expect("A", 1609, 1, 536);
    }

    [Fact]
    public void An_old_segment_does_not_take_the_window_back()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench, window: 1000);
        peer.Send("A", 1, 1, 10, window: 5000);
        bench.Wait(0.1);
        bench.ForgetSent();
        peer.Send("A", 1, 1, 10, window: 0);
        bench.ForgetSent();
        bench.Write(socket, 5000);
        peer.Expect("A", 1, 11, 536);
        Assert.Equal(5000, socket.GetInfo().SendWindow);
    }

    /// <summary>RFC 9293, section 3.10.7.4: SND.WL1 and SND.WL2.</summary>
    [Fact]
    public void Nor_does_one_that_was_overtaken()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench);
        bench.Write(socket, 100);
        peer.Send("A", 1, 101, window: 8000);
        peer.Send("A", 1, 51, window: 1000);
        Assert.Equal(8000, socket.GetInfo().SendWindow);
        peer.Send("A", 101, 101, 100, window: 9000);
        peer.Send("A", 1, 101, 100, window: 1000);
        Assert.Equal(9000, socket.GetInfo().SendWindow);
        peer.Send("A", 201, 101, window: 1000);
        Assert.Equal(1000, socket.GetInfo().SendWindow);
    }
}
