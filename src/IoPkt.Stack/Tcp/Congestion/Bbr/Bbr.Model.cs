namespace IoPkt.Stack;

/// <summary>What BBR measures: rounds, bandwidth, round-trip time and how acknowledgements come in bunches.</summary>
internal sealed partial class Bbr
{
    /// <summary>MinRTTFilterLen and ProbeRTTInterval, in microseconds.</summary>
    private const long MinimumRoundTripLife = 10_000_000;
    private const long ProbeRttInterval = 5_000_000;

    /// <summary>ExtraAckedFilterLen, in round trips.</summary>
    private const int AggregationRounds = 10;

    private long _roundCount;
    private long _nextRoundDelivered;
    private bool _isRoundStart;

    /// <summary>max_bw_filter: the greatest of the present and of the last cycle.</summary>
    private long _cycleMaximum;
    private long _lastCycleMaximum;

    /// <summary>BBR.bw</summary>
    private long _bandwidth;

    private long _minimumRoundTrip = Infinity;
    private long _minimumRoundTripAt;
    private long _probeRttMinimum = Infinity;
    private long _probeRttMinimumAt;
    private bool _isProbeRttDue;

    private WindowedMaximum _aggregation;
    private long _aggregationStart;
    private long _aggregationDelivered;
    private long _extraAcknowledged;

    /// <summary>max_bw, bytes a second.</summary>
    private long MaximumBandwidth => Math.Max(_cycleMaximum, _lastCycleMaximum);

    /// <summary>UpdateMaxBw() and UpdateRound(): a round ends when something that left after its beginning is acknowledged.</summary>
    private void UpdateMaximumBandwidth()
    {
        _isRoundStart = _sample.Rate.PriorDelivered >= _nextRoundDelivered;
        if (_isRoundStart)
        {
            StartRound();
            _roundCount++;
            _roundsSinceProbe++;
        }
        // "the estimator does use application-limited samples if the measured delivery rate happens to be larger than the current BBR.max_bw estimate".
        long rate = _sample.Rate.Rate;
        if (rate > 0 && (rate >= MaximumBandwidth || !_sample.Rate.IsApplicationLimited))
            _cycleMaximum = Math.Max(_cycleMaximum, rate);
    }

    private void StartRound() => _nextRoundDelivered = _rate.Delivered;

    /// <summary>AdvanceMaxBwFilter()</summary>
    private void AdvanceMaximumBandwidth()
    {
        if (_cycleMaximum == 0)
            return;
        _lastCycleMaximum = _cycleMaximum;
        _cycleMaximum = 0;
    }

    /// <summary>UpdateACKAggregation(): how much more is acknowledged at once than the bandwidth explains; the window has room for it.</summary>
    private void UpdateAggregation()
    {
        double expected = (double)_bandwidth * (_sample.Now - _aggregationStart) / 1e6;
        if (_aggregationDelivered <= expected)
        {
            _aggregationDelivered = 0;
            _aggregationStart = _sample.Now;
            expected = 0;
        }
        _aggregationDelivered += _sample.Delivered;
        long extra = (long)Math.Min(_aggregationDelivered - expected, Window);
        _extraAcknowledged = _aggregation.Update(extra, _roundCount, _isFullBandwidthReached ? AggregationRounds : 1);
    }

    /// <summary>UpdateMinRTT()</summary>
    private void UpdateMinimumRoundTrip()
    {
        long now = _sample.Now, roundTrip = _sample.RoundTrip;
        _isProbeRttDue = _probeRttMinimumAt != 0 && now > _probeRttMinimumAt + ProbeRttInterval;
        if (roundTrip > 0 && (roundTrip < _probeRttMinimum || _isProbeRttDue))
        {
            _probeRttMinimum = roundTrip;
            _probeRttMinimumAt = now;
        }
        if (_probeRttMinimum < _minimumRoundTrip || now > _minimumRoundTripAt + MinimumRoundTripLife)
        {
            _minimumRoundTrip = _probeRttMinimum;
            _minimumRoundTripAt = _probeRttMinimumAt;
        }
    }
}
