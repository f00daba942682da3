using IoPkt.Stack.Tests.Tcp.Harness;
using Xunit;

namespace IoPkt.Stack.Tests.Tcp;

/// <summary>SYN cookies (RFC 4987, section 3.6): a full SYN queue keeps nobody out, and costs no option.</summary>
public sealed class SynCookieTests
{
    [Fact]
    public void A_cookie_keeps_segment_size_scale_SACK_and_timestamps()
    {
        using TcpBench bench = new();
        TcpSocket listener = Flooded(bench);
        TcpPeer peer = new(bench, 50000, 80) { TimestampValue = 501 };
        peer.Send("S", 0, options: SegmentOptions.Usual(mss: 1300, scale: 9, timestamp: 500));
        WireSegment answer = peer.Expect("SA", 0, 1);
        Assert.True(answer.SackPermitted);
        Assert.NotNull(answer.WindowScale);
        Assert.Equal(500u, answer.Timestamps!.Value.Echo);
        Assert.Equal(8, listener.SynQueueLength);
        // Nothing is kept, so nothing is sent again.
        bench.Wait(0.9);
        bench.AssertNothingSent();
        peer.Send("A", 1, 1, window: 100);
        TcpSocket socket = bench.Accept(listener);
        TcpInfo info = socket.GetInfo();
        Assert.Equal(TcpState.Established, socket.State);
        Assert.Equal(9, info.SendScale);
        Assert.Equal(100 << 9, info.SendWindow);
        Assert.True(info.UsesSack && info.UsesTimestamps && info.UsesWindowScale);
        Assert.Equal(1220 - 12, info.SendMaximumSegment);
        peer.Send("A", 1, 1, 10);
        peer.Expect("A", 1, 11);
        Assert.Equal(10, bench.Read(socket).Length);
        Assert.Equal(1, bench.Count("SYN cookies accepted"));
    }

    [Theory]
    [InlineData("SEW", true)]
    [InlineData("S", false)]
    public void It_keeps_ECN(string flags, bool asks)
    {
        using TcpBench bench = new();
        TcpSocket listener = Flooded(bench);
        TcpPeer peer = new(bench, 50000, 80) { TimestampValue = 501 };
        peer.Send(flags, 0, options: SegmentOptions.Usual(timestamp: 500));
        peer.Expect(asks ? "SEA" : "SA", 0, 1);
        peer.Send("A", 1, 1, 10);
        Assert.Equal(asks, bench.Accept(listener).GetInfo().UsesEcn);
    }

    [Fact]
    public void Without_timestamps_nothing_is_offered_that_couldn_t_be_kept()
    {
        using TcpBench bench = new();
        TcpSocket listener = Flooded(bench);
        TcpPeer peer = new(bench, 50000, 80);
        peer.Send("S", 0, options: SegmentOptions.Join(SegmentOptions.MaximumSegment(1460), SegmentOptions.SackPermitted, SegmentOptions.WindowScale(7)));
        WireSegment answer = peer.Expect("SA", 0, 1);
        Assert.False(answer.SackPermitted);
        Assert.Null(answer.WindowScale);
        // The first data may come with the acknowledgement.
        peer.Send("A", 1, 1, 100);
        TcpSocket socket = bench.Accept(listener);
        Assert.Equal(100, socket.ReceiveAvailable);
        Assert.Equal(1460, socket.GetInfo().SendMaximumSegment);
        Assert.False(socket.GetInfo().UsesWindowScale);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(1, 0x1000001)]
    [InlineData(1, 0x8000001)]
    public void A_number_that_isn_t_a_cookie_is_reset(uint sequence, uint acknowledgment)
    {
        using TcpBench bench = new();
        TcpSocket listener = Flooded(bench);
        TcpPeer peer = new(bench, 50000, 80);
        peer.Send("S", 0);
        peer.Expect("SA", 0, 1);
        peer.Send("A", sequence, acknowledgment);
        peer.ExpectReset(acknowledgment);
        Assert.Null(listener.Accept());
        Assert.Equal(1, bench.Count("SYN cookies refused"));
    }

    [Fact]
    public void Guesses_don_t_succeed()
    {
        using TcpBench bench = new(static s => s.ResetsPerSecond = 0);
        TcpSocket listener = Flooded(bench);
        TcpPeer peer = new(bench, 50000, 80);
        peer.Send("S", 0);
        peer.Expect("SA", 0, 1);
        Random random = new(1);
        for (int i = 0; i < 20_000; i++)
            peer.Send("A", 1, (uint)random.NextInt64(2, uint.MaxValue));
        Assert.Null(listener.Accept());
    }

    [Fact]
    public void A_cookie_ages()
    {
        using TcpBench bench = new();
        TcpSocket listener = Flooded(bench);
        TcpPeer early = new(bench, 50000, 80), late = new(bench, 50001, 80);
        early.Send("S", 0);
        early.Expect("SA", 0, 1);
        late.Send("S", 0);
        late.Expect("SA", 0, 1);
        bench.Wait(60);
        bench.ForgetSent();
        early.Send("A", 1, 1);
        Assert.NotNull(listener.Accept());
        bench.Wait(80);
        late.Send("A", 1, 1);
        late.ExpectReset(1);
    }

    [Fact]
    public void A_full_accept_queue_makes_the_peer_try_again()
    {
        using TcpBench bench = new();
        TcpSocket listener = Flooded(bench, backlog: 1);
        TcpPeer first = new(bench, 50000, 80), second = new(bench, 50001, 80);
        foreach (TcpPeer peer in (TcpPeer[])[first, second])
        {
            peer.Send("S", 0);
            peer.Expect("SA", 0, 1);
        }
        first.Send("A", 1, 1);
        second.Send("A", 1, 1, 10);
        bench.AssertNothingSent();
        bench.Accept(listener);
        Assert.Null(listener.Accept());
        second.Send("A", 1, 1, 10);
        Assert.Equal(10, bench.Accept(listener).ReceiveAvailable);
    }

    [Fact]
    public void No_cookies_are_believed_that_were_never_sent()
    {
        using TcpBench bench = new();
        bench.Listen();
        TcpPeer peer = new(bench, 50000, 80);
        peer.Send("A", 1, 1);
        peer.ExpectReset(1);
        Assert.Equal(0, bench.Count("SYN cookies refused"));
    }

    /// <summary>A listener whose SYN queue is full.</summary>
    private static TcpSocket Flooded(TcpBench bench, int backlog = 8)
    {
        TcpSocket listener = bench.Listen(backlog: backlog);
        for (ushort i = 0; i < 8; i++)
            new TcpPeer(bench, (ushort)(41000 + i), 80).Send("S", 0);
        bench.ForgetSent();
        Assert.Equal(8, listener.SynQueueLength);
        return listener;
    }
}
