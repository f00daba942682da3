namespace IoPkt.Stack;

/// <summary>Additive increase, multiplicative decrease: RFC 5681, with appropriate byte counting (RFC 3465).</summary>
internal sealed class NewReno(int segmentSize) : CongestionControl(segmentSize)
{
    public const string AlgorithmName = "newreno";

    private int _acknowledged;

    public override string Name => AlgorithmName;

    public override void OnAcknowledged(in AcknowledgmentSample sample)
    {
        // RFC 7661's point, in its simplest form: a window that wasn't used says nothing about the path, so it doesn't grow.
        if (!sample.IsWindowLimited)
            return;
        int delivered = sample.Delivered;
        if (IsInSlowStart)
        {
            // RFC 3465, section 2.2, with no limit L on a count that our own batches merge: "cwnd += min (N, …)". The window at most doubles in a round trip.
            int growth = Math.Min(delivered, SlowStartThreshold - Window);
            Window += growth;
            delivered -= growth;
        }
        if (delivered <= 0)
            return;
        // RFC 3465, section 2.1: "bytes_acked … if cwnd bytes of data have been acknowledged, cwnd += SMSS".
        _acknowledged += delivered;
        while (_acknowledged >= Window)
        {
            _acknowledged -= Window;
            Window += SegmentSize;
        }
    }

    protected override void Reduce(CongestionSignal signal, long now, int flightSize)
    {
        // RFC 5681, section 3.1, equation (4): ssthresh = max (FlightSize / 2, 2*SMSS). RFC 8511, section 3: after a mark "ssthresh = max (FlightSize * beta_ecn, 2*SMSS)",
        // with 0.8: routers that mark do so long before their queues are full.
        int reduced = signal == CongestionSignal.ExplicitNotification ? (int)(flightSize * 4L / 5) : flightSize / 2;
        SlowStartThreshold = Math.Max(reduced, 2 * SegmentSize);
        _acknowledged = 0;
    }
}
