namespace IoPkt.Stack;

/// <summary>What one acknowledgement said, for a congestion control.</summary>
/// <param name="Now">Microseconds.</param>
/// <param name="Delivered">Bytes that it reported as received for the first time, selectively or cumulatively.</param>
/// <param name="InFlight">Bytes in flight before it arrived.</param>
/// <param name="RoundTrip">The sample that it gave, in microseconds; 0: none.</param>
/// <param name="IsWindowLimited">The window, and not the user or the peer, limited what was in flight.</param>
internal readonly record struct AcknowledgmentSample(long Now, int Delivered, int InFlight, long RoundTrip, bool IsWindowLimited);

/// <summary>
/// How much may be in flight. An algorithm is a class of its own in this folder, one object a connection, chosen by name
/// (<c>net.inet.tcp.congctl</c>, TCP_CONGESTION). Loss detection and recovery aren't its business: it's told of their results.
/// </summary>
internal abstract class CongestionControl(int segmentSize)
{
    /// <summary>RFC 6928: "the upper bound for the initial window will be min (10*MSS, max (2*MSS, 14600))".</summary>
    public static int InitialWindow(int segmentSize) => Math.Min(10 * segmentSize, Math.Max(2 * segmentSize, 14600));

    public abstract string Name { get; }

    /// <summary>SMSS: what the path carries, options not counted.</summary>
    public int SegmentSize { get; set; } = segmentSize;

    /// <summary>cwnd, in bytes: a limit on data in flight.</summary>
    public int Window { get; set; } = InitialWindow(segmentSize);

    /// <summary>ssthresh, in bytes.</summary>
    public int SlowStartThreshold { get; protected set; } = int.MaxValue;

    public bool IsInSlowStart => Window < SlowStartThreshold;

    /// <summary>Bytes a second to pace at; 0: don't.</summary>
    public virtual long PacingRate => 0;

    /// <summary>An acknowledgement of new data outside fast recovery.</summary>
    public abstract void OnAcknowledged(in AcknowledgmentSample sample);

    /// <summary>Loss was detected: fast recovery begins. Sets <see cref="SlowStartThreshold"/>.</summary>
    public abstract void OnLoss(long now, int inFlight);

    /// <summary>Recovery is over.</summary>
    public virtual void OnRecovered(long now) => Window = SlowStartThreshold;

    /// <summary>The retransmission timer expired: everything starts anew.</summary>
    /// <param name="now">Microseconds.</param>
    /// <param name="inFlight">Bytes, before the losses were marked.</param>
    /// <param name="isFirst">Not a repetition for the same data.</param>
    public virtual void OnTimeout(long now, int inFlight, bool isFirst)
    {
        // RFC 5681, section 3.1: "if a segment has been retransmitted by way of the retransmission timer at least once … the value of ssthresh is held constant".
        if (isFirst)
            OnLoss(now, inFlight);
        Window = SegmentSize;
    }

    /// <summary>RFC 5681, section 4.1: nothing was sent for more than a retransmission timeout, so the window is no longer validated.</summary>
    public virtual void OnIdle(long now) => Window = Math.Min(Window, InitialWindow(SegmentSize));
}
