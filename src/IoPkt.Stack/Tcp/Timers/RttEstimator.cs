namespace IoPkt.Stack;

/// <summary>Round-trip time and the retransmission timeout that follows from it: RFC 6298, in microseconds.</summary>
internal struct RttEstimator
{
    /// <summary>RFC 6298, section 2 (2.1): "Until a round-trip time measurement has been made … the sender SHOULD set RTO &lt;- 1 second".</summary>
    public const long InitialTimeout = 1_000_000;

    private readonly long _minimum;
    private readonly long _maximum;
    private double _smoothed;
    private double _variation;
    private long _roundStart;
    private int _samplesInRound;
    private int _samplesInLastRound;

    /// <param name="minimum">The least timeout. RFC 6298 says one second; 200 ms is what everybody uses, and delayed acknowledgements stay below it.</param>
    /// <param name="maximum">The greatest, backoff included: "at least 60 seconds".</param>
    public RttEstimator(long minimum, long maximum)
    {
        _minimum = minimum;
        _maximum = maximum;
        Base = InitialTimeout;
    }

    public readonly bool HasSample => _smoothed > 0;

    /// <summary>SRTT; 0 before the first sample.</summary>
    public readonly long Smoothed => (long)_smoothed;

    /// <summary>RTTVAR</summary>
    public readonly long Variation => (long)_variation;

    /// <summary>The least sample so far; 0 before the first.</summary>
    public long Minimum { get; private set; }

    /// <summary>The latest sample.</summary>
    public long Latest { get; private set; }

    /// <summary>How often the timeout has been doubled since the last sample.</summary>
    public int Backoff { get; private set; }

    /// <summary>RTO: RFC 6298, section 5 (5.5), doubled for each expiry.</summary>
    public readonly long Timeout => Math.Min(_maximum, Backoff >= 32 ? _maximum : Base << Backoff);

    /// <summary>The timeout without backoff.</summary>
    public long Base { get; private set; }

    /// <param name="sample">Microseconds.</param>
    /// <param name="now">Microseconds.</param>
    public void AddSample(long sample, long now)
    {
        sample = Math.Max(sample, 1);
        CountSample(now);
        Latest = sample;
        Minimum = Minimum == 0 ? sample : Math.Min(Minimum, sample);
        if (!HasSample)
        {
            // RFC 6298, section 2 (2.2).
            _smoothed = sample;
            _variation = sample / 2.0;
        }
        else
        {
            // (2.3), beta first: "The value of SRTT used in the update to RTTVAR is its value before updating SRTT itself".
            // RFC 7323, appendix G: "alpha' = alpha / ExpectedSamples", so that history isn't forgotten faster with a large window. As many are expected as the last round trip brought.
            double alpha = 0.125 / Math.Max(_samplesInLastRound, 1), beta = 0.25 / Math.Max(_samplesInLastRound, 1);
            _variation += beta * (Math.Abs(_smoothed - sample) - _variation);
            _smoothed += alpha * (sample - _smoothed);
        }
        Backoff = 0;
        // The least timeout is what the variation stands for: below a round trip and a delayed acknowledgement nothing can be missing.
        Base = Math.Min((long)(_smoothed + Math.Max(_minimum, 4 * _variation)), _maximum);
    }

    private void CountSample(long now)
    {
        _samplesInRound++;
        if (now - _roundStart < Smoothed)
            return;
        _samplesInLastRound = _samplesInRound;
        _samplesInRound = 0;
        _roundStart = now;
    }

    public void BackOff()
    {
        if (Timeout < _maximum)
            Backoff++;
    }

    public void ClearBackoff() => Backoff = 0;

    /// <summary>The last doubling is taken back.</summary>
    public void RevertBackOff() => Backoff = Math.Max(0, Backoff - 1);

    /// <summary>RFC 6298, section 5 (5.7): after a lost SYN, data begin with three seconds unless there's a sample.</summary>
    public void HandshakeTimedOut()
    {
        Backoff = 0;
        if (!HasSample)
            Base = 3_000_000;
    }
}
