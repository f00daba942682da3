using Xunit;

namespace IoPkt.Stack.Tests.Tcp.Recovery;

/// <summary>RFC 5682's steps, one acknowledgement after the other: sections 2.1 and 3.1.</summary>
public sealed class ForwardRtoRecoveryTests
{
    private static readonly SequenceNumber s_recover = new(10_000);

    private ForwardRtoRecovery _recovery;

    [Fact]
    public void Without_SACK_two_acknowledgements_that_advance_show_that_it_was_spurious()
    {
        _recovery.Start();
        Assert.False(Acknowledge(2000, usesSack: false));
        Assert.True(_recovery.SendsNewData);
        Assert.True(Acknowledge(3000, usesSack: false));
        Assert.False(_recovery.SendsNewData);
    }

    [Fact]
    public void With_SACK_what_was_not_sent_again_does()
    {
        _recovery.Start();
        Assert.False(Acknowledge(2000, usesSack: true));
        Assert.True(_recovery.SendsNewData);
        Assert.True(Acknowledge(2000, usesSack: true, advanced: 0, original: 5000));
    }

    [Fact]
    public void With_SACK_an_acknowledgement_that_advances_is_not_enough()
    {
        _recovery.Start();
        Assert.False(Acknowledge(2000, usesSack: true));
        Assert.False(Acknowledge(3000, usesSack: true));
    }

    [Fact]
    public void New_data_that_were_sent_after_the_timeout_show_nothing()
    {
        _recovery.Start();
        Acknowledge(2000, usesSack: true);
        Assert.False(Acknowledge(2000, usesSack: true, advanced: 0, original: 10_000));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_duplicate_at_either_step_says_that_it_was_in_order(int step)
    {
        _recovery.Start();
        if (step == 2)
            Acknowledge(2000, usesSack: false);
        Assert.False(Acknowledge((uint)step * 1000, usesSack: false, advanced: 0, duplicates: 1));
        Assert.False(Acknowledge(4000, usesSack: false));
        Assert.False(Acknowledge(5000, usesSack: false));
    }

    [Fact]
    public void What_covers_all_that_was_sent_tells_nothing()
    {
        _recovery.Start();
        Assert.False(Acknowledge(10_000, usesSack: false));
        Assert.False(_recovery.SendsNewData);
    }

    [Fact]
    public void Without_new_data_to_send_there_is_no_telling()
    {
        _recovery.Start();
        Assert.False(Acknowledge(2000, usesSack: false, canSendNew: false));
        Assert.False(Acknowledge(3000, usesSack: false));
    }

    private bool Acknowledge(uint number, bool usesSack, int advanced = 1000, int duplicates = 0, uint original = 0, bool canSendNew = true)
    {
        DeliverySummary delivered = default;
        if (original > 0)
            delivered.AddSacked(new SentSegment { Start = new SequenceNumber(original), End = new SequenceNumber(original + 1000), SentAt = 1 });
        AcknowledgmentReport report = new()
        {
            Acknowledged = new SequenceNumber(number),
            Next = new SequenceNumber(12_000),
            Advanced = advanced,
            Duplicates = duplicates,
            Delivered = delivered,
            CanSendNew = canSendNew,
            Sample = new AcknowledgmentSample { Now = 1_000_000, Delivered = delivered.Delivered },
        };
        return _recovery.OnAcknowledgment(report, s_recover, usesSack);
    }
}
