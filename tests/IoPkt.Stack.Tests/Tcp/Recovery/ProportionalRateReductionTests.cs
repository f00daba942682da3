using Xunit;

namespace IoPkt.Stack.Tests.Tcp.Recovery;

/// <summary>RFC 6937, section 3, with RFC 9937's choice of the bound: how much one acknowledgement lets out.</summary>
public sealed class ProportionalRateReductionTests
{
    private const int Size = 1000, Threshold = 10 * Size;

    private ProportionalRateReduction _reduction;

    [Fact]
    public void While_more_is_in_flight_than_the_threshold_as_many_leave_as_the_reduction_wants()
    {
        // From 20 segments to 10: one leaves for each two that arrive.
        _reduction.Start(20 * Size);
        int sent = Send(_reduction.OnAcknowledged(Size, 19 * Size, Threshold, Size, advances: false) - (19 * Size));
        int pipe = (19 * Size) + sent;
        for (int delivered = 2; delivered <= 8; delivered++)
        {
            pipe -= Size;
            int allowed = Send(_reduction.OnAcknowledged(Size, pipe, Threshold, Size, advances: false) - pipe);
            pipe += allowed;
            sent += allowed;
            // The first retransmission didn't wait for its turn.
            Assert.Equal(Math.Max(Size, delivered * Size / 2), sent);
        }
    }

    [Theory]
    [InlineData(true, 2 * Size)]
    [InlineData(false, Size)]
    public void Below_it_one_segment_more_leaves_than_arrived_while_there_is_progress(bool advances, int expected)
    {
        _reduction.Start(20 * Size);
        Send(Size);
        Assert.Equal((4 * Size) + expected, _reduction.OnAcknowledged(Size, 4 * Size, Threshold, Size, advances));
    }

    [Fact]
    public void The_window_does_not_pass_the_threshold()
    {
        _reduction.Start(20 * Size);
        Send(Size);
        Assert.Equal(Threshold, _reduction.OnAcknowledged(8 * Size, 9 * Size, Threshold, Size, advances: true));
    }

    private int Send(int bytes)
    {
        _reduction.OnSent(bytes);
        return bytes;
    }
}
