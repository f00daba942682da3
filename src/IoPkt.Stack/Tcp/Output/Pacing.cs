namespace IoPkt.Stack;

/// <summary>
/// Pacing: segments leave at a rate, not as fast as the window lets them. What leaves at once is as much as the rate gives in a millisecond, so a fast path still gets large segments,
/// and where a round trip is shorter than that the window alone decides.
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
            return length;
        // A pause, once begun, is kept: else each acknowledgement would draw out one small segment.
        if (_pacingTimer.IsArmed)
            return 0;
        if (_pacedUntil > Now + PacingQuantum)
        {
            _pacingTimer.Arm(_pacedUntil);
            return 0;
        }
        long burst = Math.Max(rate * PacingQuantum / 1_000_000, 2 * SegmentDataSize);
        return (int)Math.Min(length, burst - burst % SegmentDataSize);
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
