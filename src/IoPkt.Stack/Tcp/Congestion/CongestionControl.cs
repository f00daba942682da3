namespace IoPkt.Stack;

/// <summary>What says that the path is full.</summary>
internal enum CongestionSignal
{
    /// <summary>Segments were lost, and fast recovery begins.</summary>
    Loss,
    /// <summary>A router has marked a packet instead of dropping it (RFC 3168): nothing was lost.</summary>
    ExplicitNotification,
    /// <summary>The retransmission timer expired.</summary>
    Timeout,
}

/// <summary>
/// How much may be in flight. An algorithm is a class of its own in this folder, one object a connection, chosen by name
/// (<c>net.inet.tcp.congctl</c>, TCP_CONGESTION). Loss detection and recovery aren't its business: it's told of their results.
/// </summary>
internal abstract class CongestionControl(int segmentSize)
{
    /// <summary>No window grows beyond this: twice the largest that a peer can offer would be a billion bytes.</summary>
    public const int MaximumWindow = 1 << 30;

    private int _priorWindow;
    private int _priorThreshold;

    /// <summary>RFC 6928: "the upper bound for the initial window will be min (10*MSS, max (2*MSS, 14600))".</summary>
    public static int InitialWindow(int segmentSize) => Math.Min(10 * segmentSize, Math.Max(2 * segmentSize, 14600));

    public abstract string Name { get; }

    /// <summary>SMSS: what the path carries, options not counted.</summary>
    public int SegmentSize { get; set; } = segmentSize;

    /// <summary>cwnd, in bytes: a limit on data in flight.</summary>
    public int Window { get; set => field = Math.Min(value, MaximumWindow); } = InitialWindow(segmentSize);

    /// <summary>ssthresh, in bytes.</summary>
    public int SlowStartThreshold { get; protected set; } = int.MaxValue;

    public bool IsInSlowStart => Window < SlowStartThreshold;

    /// <summary>Bytes a second to pace at; 0: don't.</summary>
    public virtual long PacingRate => 0;

    /// <summary>The window follows from a model of the path: during recovery as well it's the algorithm's own, and every acknowledgement matters to it.</summary>
    public virtual bool ControlsRecovery => false;

    /// <summary>An acknowledgement of new data outside fast recovery; any, if the algorithm <see cref="ControlsRecovery"/>.</summary>
    public abstract void OnAcknowledged(in AcknowledgmentSample sample);

    /// <summary>New data are about to be sent.</summary>
    /// <param name="now">Microseconds.</param>
    /// <param name="inFlight">Bytes in flight before them.</param>
    public virtual void OnSending(long now, int inFlight)
    {
    }

    /// <summary>A segment was found to be lost.</summary>
    public virtual void OnSegmentLost(SentSegment segment, long now)
    {
    }

    /// <summary>The path is full. Lowers <see cref="SlowStartThreshold"/>; the window follows during recovery, or at once to one segment after a timeout.</summary>
    /// <param name="signal">What says so.</param>
    /// <param name="now">Microseconds.</param>
    /// <param name="flightSize">RFC 5681's FlightSize: bytes sent and not yet cumulatively acknowledged.</param>
    public virtual void OnCongestion(CongestionSignal signal, long now, int flightSize)
    {
        _priorWindow = Window;
        _priorThreshold = SlowStartThreshold;
        Reduce(signal, now, flightSize);
        if (signal == CongestionSignal.Timeout)
            OnRepeatedTimeout();
    }

    /// <summary>
    /// The timer expired again for the same data. RFC 5681, section 3.1: "if a segment has been retransmitted by way of the retransmission timer at least once … the value of
    /// ssthresh is held constant".
    /// </summary>
    public virtual void OnRepeatedTimeout() => Window = SegmentSize;

    /// <summary>Recovery is over.</summary>
    public virtual void OnRecovered(long now)
    {
        if (SlowStartThreshold != int.MaxValue)
            Window = SlowStartThreshold;
    }

    /// <summary>Takes another algorithm's place in the middle of a connection.</summary>
    public void Succeed(CongestionControl old)
    {
        Window = old.Window;
        SlowStartThreshold = old.ControlsRecovery ? old.Window : old.SlowStartThreshold;
    }

    /// <summary>What was taken for congestion was none (RFC 4015, RFC 9438, section 4.9): all is as it was before the last <see cref="OnCongestion"/>.</summary>
    public virtual void Undo(long now)
    {
        Window = Math.Max(Window, _priorWindow);
        SlowStartThreshold = Math.Max(SlowStartThreshold, _priorThreshold);
    }

    /// <summary>Nothing was sent for more than a retransmission timeout, and now there's something again.</summary>
    /// <param name="now">Microseconds.</param>
    /// <param name="idle">For how long.</param>
    /// <param name="timeout">The retransmission timeout.</param>
    public virtual void OnIdle(long now, long idle, long timeout)
    {
        // RFC 2861, section 3.1: "ssthresh = max(ssthresh, 3*cwnd/4)", and the window is halved for each timeout that passed, down to RFC 5681's restart window.
        int restart = Math.Min(Window, InitialWindow(SegmentSize));
        if (SlowStartThreshold != int.MaxValue)
            SlowStartThreshold = Math.Max(SlowStartThreshold, Window - Window / 4);
        for (; idle > timeout && Window > restart; idle -= timeout)
            Window = Math.Max(Window / 2, restart);
    }

    /// <summary>Sets <see cref="SlowStartThreshold"/>.</summary>
    protected abstract void Reduce(CongestionSignal signal, long now, int flightSize);
}
