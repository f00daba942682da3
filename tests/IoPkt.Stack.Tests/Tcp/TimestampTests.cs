using IoPkt.Stack.Tests.Tcp.Harness;
using Xunit;

namespace IoPkt.Stack.Tests.Tcp;

/// <summary>RFC 7323: timestamps, protection against wrapped sequence numbers, and window scaling.</summary>
public sealed class TimestampTests
{
    [Fact]
    public void An_old_timestamp_is_answered_and_its_data_dropped()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = Connect(bench);
        peer.TimestampValue = 2000;
        peer.Send("A", 1, 1, 10);
        Assert.Equal(2000u, peer.Expect("A", 1, 11).Timestamps!.Value.Echo);
        peer.TimestampValue = 1999;
        peer.Send("A", 11, 1, 10);
        Assert.Equal(2000u, peer.Expect("A", 1, 11).Timestamps!.Value.Echo);
        Assert.Equal(10, socket.ReceiveAvailable);
        Assert.Equal(1, bench.Count("old duplicate packets (PAWS)"));
    }

    [Fact]
    public void After_24_days_of_silence_any_timestamp_counts()
    {
        // Section 5.5.
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = Connect(bench);
        peer.TimestampValue = 2_000_000_000;
        peer.Send("A", 1, 1, 10);
        peer.Expect("A", 1, 11);
        bench.Wait(24 * 24 * 3600.0 + 1);
        peer.TimestampValue = 5;
        peer.Send("A", 11, 1, 10);
        bench.Wait(0.1);
        Assert.Equal(5u, peer.Expect("A", 1, 21).Timestamps!.Value.Echo);
        peer.TimestampValue = 6;
        peer.Send("A", 21, 1, 10);
        Assert.Equal(30, socket.ReceiveAvailable);
    }

    [Fact]
    public void A_segment_without_the_option_is_dropped_but_a_reset_counts()
    {
        // Section 3.2.
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = Connect(bench);
        peer.Send("A", 1, 1, 10, options: []);
        Assert.Equal(0, socket.ReceiveAvailable);
        bench.AssertNothingSent();
        peer.Send("R", 1, options: []);
        Assert.Equal(TcpState.Closed, socket.State);
    }

    [Fact]
    public void The_echo_is_of_the_segment_that_moved_the_window_s_left_edge()
    {
        // Section 4.3 and figure 1: an out-of-order segment's timestamp isn't echoed.
        using TcpBench bench = new();
        (TcpPeer peer, _) = Connect(bench);
        peer.TimestampValue = 1100;
        peer.Send("A", 1, 1, 10);
        Assert.Equal(1100u, peer.Expect("A", 1, 11).Timestamps!.Value.Echo);
        peer.TimestampValue = 1200;
        peer.Send("A", 31, 1, 10);
        Assert.Equal(1100u, peer.Expect("A", 1, 11).Timestamps!.Value.Echo);
        peer.TimestampValue = 1300;
        peer.Send("A", 11, 1, 20);
        Assert.Equal(1300u, peer.Expect("A", 1, 41).Timestamps!.Value.Echo);
    }

    [Fact]
    public void Our_clock_ticks_in_milliseconds()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = Connect(bench);
        bench.Write(socket, 10);
        uint first = peer.Expect("A", 1, 1, 10).Timestamps!.Value.Value;
        bench.Wait(0.15);
        peer.TimestampValue = 1001;
        peer.Send("A", 1, 11);
        bench.Write(socket, 10);
        Assert.Equal(150u, peer.Expect("A", 11, 1, 10).Timestamps!.Value.Value - first);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(14, 14)]
    [InlineData(15, 14)]
    [InlineData(255, 14)]
    public void The_peer_s_shift_is_taken_up_to_14(byte sent, int used)
    {
        using TcpBench bench = new();
        (_, TcpSocket socket) = TcpPeer.AcceptFrom(bench, SegmentOptions.Usual(scale: sent));
        Assert.Equal(used, socket.GetInfo().SendScale);
    }

    [Fact]
    public void The_window_of_a_SYN_is_never_scaled_and_that_of_others_is()
    {
        using TcpBench bench = new();
        TcpSocket listener = bench.Listen();
        TcpPeer peer = new(bench, 40000, 80);
        peer.Send("S", 0, window: 1000, options: SegmentOptions.Join(SegmentOptions.MaximumSegment(1460), SegmentOptions.WindowScale(4)));
        WireSegment answer = peer.Expect("SA", 0, 1);
        Assert.Equal(65535, answer.Window);
        peer.Send("A", 1, 1, window: 100);
        TcpSocket socket = bench.Accept(listener);
        Assert.Equal(1600, socket.GetInfo().SendWindow);
        peer.Send("A", 1, 1, 10);
        WireSegment ack = peer.Expect("A", 1, 11);
        Assert.InRange(ack.Window << answer.WindowScale!.Value, 65535 - 10, 256 * 1024);
    }

    [Fact]
    public void Settings_switch_the_options_off()
    {
        using TcpBench bench = new(static s => s.Timestamps = s.WindowScaling = s.Sack = false);
        TcpSocket socket = bench.Connect();
        WireSegment syn = new TcpPeer(bench, 80, socket.LocalEndpoint.Port).Expect("S", 0);
        Assert.Null(syn.Timestamps);
        Assert.Null(syn.WindowScale);
        Assert.False(syn.SackPermitted);
        Assert.NotNull(syn.MaximumSegment);
    }

    private static (TcpPeer Peer, TcpSocket Socket) Connect(TcpBench bench)
    {
        TcpSocket socket = bench.Connect();
        TcpPeer peer = new(bench, 80, socket.LocalEndpoint.Port);
        peer.Expect("S", 0);
        peer.Send("SA", 0, 1, options: SegmentOptions.Usual(echo: peer.TimestampEcho));
        peer.Expect("A", 1, 1);
        peer.TimestampValue = 1000;
        return (peer, socket);
    }
}
