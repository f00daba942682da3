namespace IoPkt.Stack;

/// <summary>
/// CUBIC (RFC 9438), with HyStart++ in the first slow start. The window is a cubic function of the time since the last congestion event, so that long paths are filled as fast as
/// short ones. Windows are computed in segments and as floating point numbers: nothing overflows, whatever the path.
/// </summary>
internal sealed class Cubic(int segmentSize) : CongestionControl(segmentSize)
{
    public const string AlgorithmName = "cubic";

    /// <summary>β_cubic, section 4.6.</summary>
    private const double Decrease = 0.7;

    /// <summary>RFC 8511: after a mark a smaller decrease is enough.</summary>
    private const double NotifiedDecrease = 0.85;

    /// <summary>C, in segments per second cubed: section 5.1, "SHOULD be 0.4".</summary>
    private const double Scale = 0.4;

    /// <summary>α_cubic, section 4.3: "3 * (1 - β_cubic) / (1 + β_cubic)".</summary>
    private const double FriendlyIncrease = 3 * (1 - Decrease) / (1 + Decrease);

    private HybridSlowStart _hybridSlowStart;
    private Epoch _epoch;
    private Epoch _priorEpoch;

    /// <summary>Growth of less than a byte, kept for the next acknowledgement.</summary>
    private double _fraction;

    private long _lastAcknowledgedAt;

    public override string Name => AlgorithmName;

    public override void OnAcknowledged(in AcknowledgmentSample sample)
    {
        long since = sample.Now - _lastAcknowledgedAt;
        _lastAcknowledgedAt = sample.Now;
        if (!sample.IsWindowLimited)
        {
            // Section 4.2: "If the sender is … application limited, the elapsed time t … MUST NOT include these periods": the curve waits.
            if (_epoch.Start != 0)
                _epoch.Start += since;
            return;
        }
        int delivered = sample.Delivered;
        if (IsInSlowStart)
            delivered -= SlowStart(sample);
        if (delivered > 0 && !IsInSlowStart)
            AvoidCongestion(sample, delivered);
    }

    public override void Undo(long now)
    {
        // Section 4.9.1: "a CUBIC implementation can easily … restore the following variables": the epoch goes on as if nothing had been.
        base.Undo(now);
        _epoch = _priorEpoch;
    }

    protected override void Reduce(CongestionSignal signal, long now, int flightSize)
    {
        _priorEpoch = _epoch;
        double window = (double)Window / SegmentSize;
        // Section 4.7, fast convergence: "if (cwnd < W_max and fast convergence is enabled) W_max = cwnd * (1 + β_cubic) / 2": a flow whose share shrinks leaves room to a new one.
        double maximum = window < _epoch.Maximum ? window * (1 + Decrease) / 2 : window;
        // Section 4.6 takes FlightSize, or cwnd where, as here, a window that isn't used doesn't grow.
        double factor = signal == CongestionSignal.ExplicitNotification ? NotifiedDecrease : Decrease;
        SlowStartThreshold = Math.Max((int)(Window * factor), 2 * SegmentSize);
        _epoch = new Epoch { Maximum = maximum, Prior = window, IsAfterTimeout = signal == CongestionSignal.Timeout };
        _fraction = 0;
    }

    /// <returns>How much of what was delivered it has used.</returns>
    private int SlowStart(in AcknowledgmentSample sample)
    {
        int growth = sample.Delivered;
        // RFC 9406, section 4.3: "SHOULD use HyStart++ only for the initial slow start (when the ssthresh is at its initial value …)".
        if (SlowStartThreshold == int.MaxValue && _hybridSlowStart.OnAcknowledged(sample, out growth))
        {
            SlowStartThreshold = Window;
            return 0;
        }
        growth = Math.Min(growth, SlowStartThreshold - Window);
        Window += growth;
        return Window < SlowStartThreshold ? sample.Delivered : growth;
    }

    private void AvoidCongestion(in AcknowledgmentSample sample, int delivered)
    {
        double window = (double)Window / SegmentSize;
        if (_epoch.Start == 0)
            _epoch.Begin(sample.Now, window);
        double t = (sample.Now - _epoch.Start) / 1e6, roundTrip = sample.SmoothedRoundTrip / 1e6;
        double acknowledged = (double)delivered / SegmentSize;
        // Section 4.3: "W_est = W_est + α_cubic * segments_acked / cwnd"; "Once W_est has grown to reach the cwnd at the time of most recently setting ssthresh, that is,
        // W_est >= cwnd_prior, the sender SHOULD set α_cubic to 1".
        _epoch.Estimate += (_epoch.Estimate >= _epoch.Prior ? 1 : FriendlyIncrease) * acknowledged / window;
        double growth;
        if (_epoch.At(t) < _epoch.Estimate)
        {
            growth = Math.Max(0, _epoch.Estimate - window);
        }
        else
        {
            // Section 4.2: "target" is W_cubic(t + RTT), at least cwnd and at most 1.5 * cwnd; 4.4: "cwnd MUST be incremented by (target - cwnd) / cwnd for each received new ACK".
            double target = Math.Clamp(_epoch.At(t + roundTrip), window, 1.5 * window);
            growth = (target - window) / window * acknowledged;
        }
        // No round trip is faster than slow start, however long the last one's acknowledgements took.
        _fraction += Math.Min(growth, acknowledged) * SegmentSize;
        int whole = (int)_fraction;
        _fraction -= whole;
        Window += whole;
    }

    /// <summary>A stage of congestion avoidance: from one congestion event to the next. Windows in segments.</summary>
    private struct Epoch
    {
        /// <summary>When it began, in microseconds; 0: it hasn't.</summary>
        public long Start;

        /// <summary>W_max</summary>
        public double Maximum;

        /// <summary>cwnd_prior</summary>
        public double Prior;

        /// <summary>W_est</summary>
        public double Estimate;

        public bool IsAfterTimeout;

        /// <summary>K, in seconds.</summary>
        private double _inflection;

        public void Begin(long now, double window)
        {
            Start = now;
            Estimate = window;
            // Section 4.8: "in the first congestion avoidance stage after a timeout, … K is set to 0, and W_max is set to the congestion window size at the beginning". The same holds
            // after a slow start that ended without loss.
            if (IsAfterTimeout || window >= Maximum)
            {
                Maximum = window;
                _inflection = 0;
            }
            else
            {
                // Figure 2: "K = cbrt((W_max - cwnd_epoch) / C)".
                _inflection = Math.Cbrt((Maximum - window) / Scale);
            }
        }

        /// <summary>Figure 1: "W_cubic(t) = C * (t - K)^3 + W_max".</summary>
        public readonly double At(double seconds)
        {
            double x = seconds - _inflection;
            return Scale * x * x * x + Maximum;
        }
    }
}
