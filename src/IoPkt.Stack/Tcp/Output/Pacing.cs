namespace IoPkt.Stack;

/// <summary>
/// Pacing: segments leave at a rate, not as fast as the window lets them. What leaves at once is as much as the rate gives in a millisecond, so a fast path still gets large segments,
/// and where a round trip is shorter than that the window alone decides. A segment for the interface to cut up isn't larger than that even where nothing is paced: other traffic gets in
/// between.
/// </summary>
internal sealed partial class TcpConnection
{
    private const long PacingQuantum = 1000;

    private readonly StackTimer _pacingTimer;

    /// <summary>When all that has been sent would have left, had it gone byte by byte.</summary>
    private long _pacedUntil;

    /// <summary>Bytes a second: what the congestion control wants, or SO_MAX_PACING_RATE if that's less; 0: as fast as can be.</summary>
    private long PacingRate
    {
        get
        {
            long wanted = Congestion.PacingRate, allowed = Socket.Options.MaximumPacingRate;
            return wanted == 0 ? allowed : allowed == 0 ? wanted : Math.Min(wanted, allowed);
        }
    }

    /// <summary>How much of <paramref name="length"/> may leave now. If it's 0, a timer will send the rest.</summary>
    private int Pace(int length)
    {
        long rate = PacingRate;
        if (rate == 0)
            return Math.Min(length, Burst(UnpacedRate));
        // A pause, once begun, is kept: else each acknowledgement would draw out one small segment.
        if (_pacingTimer.IsArmed)
            return 0;
        if (_pacedUntil > Now + PacingQuantum)
        {
            _pacingTimer.Arm(_pacedUntil);
            return 0;
        }
        return Math.Min(length, Burst(rate));
    }

    /// <summary>Whole segments that a quantum holds; a short round trip leaves nothing to interleave, and half the window is always kept for the acknowledgements to come.</summary>
    private int Burst(long rate)
    {
        long burst = _rtt.Smoothed < PacingQuantum ? int.MaxValue : Math.Max(rate * PacingQuantum / 1_000_000, Settings.MinimumBurst * SegmentDataSize);
        burst = Math.Min(burst, Math.Max(Congestion.Window / 2, SegmentDataSize));
        return (int)(burst - burst % SegmentDataSize);
    }

    /// <summary>What the window comes to: twice that in slow start, where it will have doubled when this round is over, and some more later (RFC 9438's window grows, too).</summary>
    private long UnpacedRate
    {
        get
        {
            long rate = Congestion.Window * 1_000_000L / Math.Max(1, _rtt.Smoothed);
            return Congestion.Window < Congestion.SlowStartThreshold / 2 ? 2 * rate : rate + rate / 5;
        }
    }

    /// <summary>Data have left, paced or not.</summary>
    private void AccountPaced(int length)
    {
        long rate = PacingRate;
        // A timer that was late, or a pause of the user's, is made up for by no more than a quantum.
        if (rate > 0)
            _pacedUntil = Math.Max(_pacedUntil, Now - PacingQuantum) + Math.Max(1, length * 1_000_000L / rate);
    }

    private void PacingTimerExpired()
    {
        if (State != TcpState.Closed)
            SetPending();
    }
}
