using Xunit;

namespace IoPkt.Stack.Tests.Tcp.Recovery;

/// <summary>RFC 8985, section 6.2: how long a segment may be overtaken before it's lost, and which acknowledgements count. Times are microseconds.</summary>
public sealed class RackLossDetectionTests
{
    private const long Least = 40_000, Smoothed = 100_000;

    private RackLossDetection _rack;

    [Fact]
    public void Without_reordering_seen_three_reports_or_a_recovery_leave_no_time()
    {
        Assert.Equal(Least / 4, Window(sackedPackets: 2));
        Assert.Equal(0, Window(sackedPackets: 3));
        Assert.Equal(0, Window(isRecovering: true));
        _rack.OnSpuriousRecovery();
        Assert.Equal(Least / 4, Window(sackedPackets: 3));
        Assert.Equal(Least / 4, Window(isRecovering: true));
    }

    [Fact]
    public void Each_round_trip_with_a_duplicate_adds_a_quarter_up_to_the_smoothed_round_trip()
    {
        Duplicate(acknowledged: 1, next: 1000);
        Assert.Equal(2 * Least / 4, Window());
        Duplicate(acknowledged: 999, next: 2000);
        Assert.Equal(2 * Least / 4, Window());
        Duplicate(acknowledged: 1000, next: 2000);
        Assert.Equal(3 * Least / 4, Window());
        for (uint i = 2; i < 20; i++)
            Duplicate(acknowledged: i * 1000, next: (i + 1) * 1000);
        Assert.Equal(Smoothed, Window());
    }

    [Fact]
    public void What_was_added_lasts_for_sixteen_recoveries_after_the_last_duplicate()
    {
        Duplicate(acknowledged: 1, next: 1000);
        for (int i = 0; i < 10; i++)
            _rack.OnRecovered();
        Duplicate(acknowledged: 1000, next: 2000);
        for (int i = 0; i < 15; i++)
            _rack.OnRecovered();
        Assert.Equal(3 * Least / 4, Window());
        _rack.OnRecovered();
        Assert.Equal(Least / 4, Window());
    }

    [Theory]
    [InlineData(Least - 1, false)]
    [InlineData(Least, true)]
    public void An_answer_that_comes_too_soon_for_what_was_sent_again_is_the_first_transmission_s(long after, bool counts)
    {
        const long sentAgain = 1_000_000;
        SentSegment before = new() { Start = Number(1), End = Number(1001), SentAt = sentAgain - 1 };
        Deliver(new SentSegment { Start = Number(1001), End = Number(2001), SentAt = sentAgain, IsRetransmitted = true }, sentAgain + after);
        Assert.Equal(counts, _rack.Overtook(before));
        Assert.Equal(counts ? after : 0, _rack.RoundTrip);
    }

    [Fact]
    public void What_left_at_the_same_moment_left_in_the_order_of_its_numbers()
    {
        Deliver(new SentSegment { Start = Number(1001), End = Number(2001), SentAt = 5000 }, 5000 + Least);
        Assert.True(_rack.Overtook(new SentSegment { Start = Number(1), End = Number(1001), SentAt = 5000 }));
        Assert.False(_rack.Overtook(new SentSegment { Start = Number(2001), End = Number(3001), SentAt = 5000 }));
        Assert.False(_rack.Overtook(new SentSegment { Start = Number(1), End = Number(1001), SentAt = 5001 }));
    }

    private long Window(bool isRecovering = false, int sackedPackets = 0) => _rack.ReorderingWindow(isRecovering, sackedPackets, Least, Smoothed);

    private void Duplicate(uint acknowledged, uint next) => Acknowledge(acknowledged, next, new SackBlock(Number(0), Number(1)), default, 1);

    private void Deliver(SentSegment segment, long now)
    {
        DeliverySummary delivered = default;
        delivered.AddSacked(segment);
        Acknowledge(1, 5001, null, delivered, now);
    }

    private void Acknowledge(uint acknowledged, uint next, SackBlock? duplicate, in DeliverySummary delivered, long now) => _rack.OnAcknowledgment(
        new AcknowledgmentReport
        {
            Acknowledged = Number(acknowledged),
            Next = Number(next),
            Delivered = delivered,
            DuplicateSack = duplicate,
            Sample = new AcknowledgmentSample { Now = now, Delivered = delivered.Delivered },
        },
        Least);

    private static SequenceNumber Number(uint value) => new(value);
}
