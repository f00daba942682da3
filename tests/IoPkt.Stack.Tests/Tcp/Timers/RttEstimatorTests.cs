using IoPkt.Stack.Tests.Tcp.Harness;
using Xunit;

namespace IoPkt.Stack.Tests.Tcp.Timers;

/// <summary>RFC 6298: the retransmission timeout, and which acknowledgements it's computed from.</summary>
public sealed class RttEstimatorTests
{
    private const long Millisecond = 1000, Second = 1_000_000;

    private RttEstimator _rtt = new(200 * Millisecond, 60 * Second);

    [Fact]
    public void It_follows_section_2()
    {
        Assert.Equal(Second, _rtt.Timeout);
        _rtt.AddSample(400 * Millisecond, 0);
        Assert.Equal((400, 200, 1200), Values());
        _rtt.AddSample(600 * Millisecond, Second);
        Assert.Equal((425, 200, 1225), Values());
        _rtt.AddSample(425 * Millisecond, 2 * Second);
        Assert.Equal((425, 150, 1025), Values());
        Assert.Equal(400 * Millisecond, _rtt.Minimum);
    }

    [Fact]
    public void What_varies_little_is_waited_for_200_ms_more()
    {
        for (int i = 0; i < 50; i++)
            _rtt.AddSample(10 * Millisecond, i * Second);
        Assert.Equal(210 * Millisecond, _rtt.Timeout);
    }

    [Fact]
    public void Each_expiry_doubles_it_up_to_the_greatest_and_a_sample_ends_that()
    {
        _rtt.AddSample(400 * Millisecond, 0);
        foreach (long expected in (long[])[2400, 4800, 9600, 19_200, 38_400, 60_000, 60_000])
        {
            _rtt.BackOff();
            Assert.Equal(expected * Millisecond, _rtt.Timeout);
        }
        _rtt.AddSample(400 * Millisecond, Second);
        Assert.Equal(0, _rtt.Backoff);
    }

    /// <summary>RFC 7323, appendix G.</summary>
    [Fact]
    public void Many_samples_in_a_round_trip_do_not_forget_the_past_faster()
    {
        _rtt.AddSample(400 * Millisecond, 0);
        for (int i = 0; i < 10; i++)
            _rtt.AddSample(400 * Millisecond, Second + i);
        for (int i = 0; i < 10; i++)
            _rtt.AddSample(800 * Millisecond, (2 * Second) + i);
        // As one sample of 800 ms would: 450.
        Assert.InRange(_rtt.Smoothed, 440 * Millisecond, 455 * Millisecond);
    }

    /// <summary>Section 5 (5.7).</summary>
    [Fact]
    public void After_a_lost_SYN_data_begin_with_three_seconds()
    {
        using TcpBench bench = new();
        TcpSocket socket = bench.Connect();
        TcpPeer peer = new(bench, 80, socket.LocalEndpoint.Port);
        peer.Expect("S", 0);
        bench.Wait(1.1);
        peer.Expect("S", 0);
        peer.Send("SA", 0, 1);
        Assert.Equal(3 * Second, socket.GetInfo().RetransmissionTimeout);
    }

    /// <summary>Section 3, Karn's algorithm.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void What_was_sent_again_is_no_sample_unless_the_echo_is_the_last_transmission_s(bool timestamps, bool echoesLast)
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench, timestamps ? SegmentOptions.Join(SegmentOptions.Timestamps(1000, 0)) : null);
        if (timestamps)
            peer.TimestampValue = 1001;
        bench.Write(socket, 100);
        peer.Expect("A", 1, 1, 100);
        uint first = peer.TimestampEcho;
        bench.Wait(0.3);
        peer.Expect("A", 1, 1, 100);
        long before = socket.GetInfo().RoundTrip;
        int backoff = socket.GetInfo().Backoff;
        Assert.Equal(1, backoff);
        bench.Wait(0.05);
        if (!echoesLast)
            peer.TimestampEcho = first;
        peer.Send("A", 1, 101);
        Assert.Equal(0, socket.SendQueued);
        Assert.Equal(echoesLast, socket.GetInfo().RoundTrip > before);
        Assert.Equal(echoesLast ? 0 : backoff, socket.GetInfo().Backoff);
    }

    private (long Smoothed, long Variation, long Timeout) Values() => (_rtt.Smoothed / Millisecond, _rtt.Variation / Millisecond, _rtt.Timeout / Millisecond);

    /// <summary>RFC 5681, section 3.1; as everybody has it, one lost SYN may have been the path's mood.</summary>
    [Theory]
    [InlineData(1, 10)]
    [InlineData(2, 1)]
    public void After_two_lost_SYNs_the_window_begins_with_one_segment(int lost, int segments)
    {
        using TcpBench bench = new();
        TcpSocket socket = bench.Connect();
        TcpPeer peer = new(bench, 80, socket.LocalEndpoint.Port);
        peer.Expect("S", 0);
        bench.Wait(lost == 1 ? 1.1 : 3.1);
        for (int i = 0; i < lost; i++)
            peer.Expect("S", 0);
        peer.Send("SA", 0, 1, options: SegmentOptions.MaximumSegment(1000));
        Assert.Equal(segments * 1000, socket.GetInfo().CongestionWindow);
    }
}
