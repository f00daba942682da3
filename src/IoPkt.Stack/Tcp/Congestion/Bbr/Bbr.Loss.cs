namespace IoPkt.Stack;

/// <summary>What BBR concludes from losses: how much in flight was too much, and a bound on rate and volume until the next probe.</summary>
internal sealed partial class Bbr
{
    /// <summary>LossThresh: losses up to this share of a round trip's data are no congestion.</summary>
    private const double LossThreshold = 0.02;

    /// <summary>Beta</summary>
    private const double Beta = 0.7;

    /// <summary>Headroom: a share of what fits is left to others.</summary>
    private const double Headroom = 0.15;

    /// <summary>bw_shortterm and inflight_shortterm: safe for now.</summary>
    private long _shortTermBandwidth = Infinity;
    private long _shortTermInFlight = Infinity;

    /// <summary>inflight_longterm: what the last probe found to be too much.</summary>
    private long _longTermInFlight = Infinity;

    private long _latestBandwidth;
    private long _latestInFlight;
    private long _lossRoundDelivered;
    private bool _isLossRoundStart;
    private bool _isLossInRound;
    private int _lossesInRound;
    private SequenceNumber _lastLostEnd;

    private BbrState? _undoState;
    private long _undoShortTermBandwidth;
    private long _undoShortTermInFlight;
    private long _undoLongTermInFlight;

    private double InFlightWithHeadroom => _longTermInFlight == Infinity ? Infinity
        : Math.Max(_longTermInFlight - Math.Max(SegmentSize, Headroom * _longTermInFlight), MinimumWindow);

    /// <summary>TargetInflight()</summary>
    private double TargetInFlight => Math.Min(BandwidthDelayProduct(_bandwidth, 1), Window);

    /// <summary>HandleLostPacket()</summary>
    public override void OnSegmentLost(SentSegment segment, long now)
    {
        NoteLoss();
        if (_lossesInRound == 0 || segment.Start != _lastLostEnd)
            _lossesInRound++;
        _lastLostEnd = segment.End;
        if (!_isProbeSample)
            return;
        long lost = _rate.Lost - segment.Snapshot.Lost;
        if (!IsInFlightTooHigh(lost, segment.Snapshot.InFlight))
            return;
        // InflightAtLoss(): "At what prefix of 'packet' P did losses exceed BBR.LossThresh?" It may be many packets.
        double before = segment.Snapshot.InFlight - segment.Length, lostBefore = lost - segment.Length;
        double prefix = (LossThreshold * before - lostBefore) / (1 - LossThreshold);
        HandleInFlightTooHigh((long)(before + Math.Max(prefix, 0)), segment.Snapshot.IsApplicationLimited, now);
    }

    /// <summary>NoteLoss()</summary>
    private void NoteLoss()
    {
        if (!_isLossInRound)
        {
            _lossRoundDelivered = _rate.Delivered;
            SaveStateUponLoss();
        }
        _isLossInRound = true;
    }

    private bool IsInFlightTooHigh(long lost, int inFlightAtSend) => lost > inFlightAtSend * LossThreshold || (lost > 0 && !_sample.UsesSack);

    private void HandleInFlightTooHigh(long inFlight, bool isApplicationLimited, long now)
    {
        _wasProbeTooHigh = true;
        // "only react once per bw probe".
        _isProbeSample = false;
        if (!isApplicationLimited)
            _longTermInFlight = (long)Math.Max(inFlight, TargetInFlight * Beta);
        if (_state != BbrState.ProbeUp)
            return;
        _undoState = BbrState.ProbeUp;
        StartDown(now);
    }

    private void UpdateLatestDeliverySignals()
    {
        _isLossRoundStart = false;
        _latestBandwidth = Math.Max(_latestBandwidth, _sample.Rate.Rate);
        _latestInFlight = Math.Max(_latestInFlight, _sample.Rate.Delivered);
        if (_sample.Rate.PriorDelivered < _lossRoundDelivered)
            return;
        _lossRoundDelivered = _rate.Delivered;
        _isLossRoundStart = true;
    }

    private void AdvanceLatestDeliverySignals()
    {
        if (!_isLossRoundStart)
            return;
        _latestBandwidth = _sample.Rate.Rate;
        _latestInFlight = _sample.Rate.Delivered;
        _lossesInRound = 0;
    }

    private void ResetCongestionSignals()
    {
        _isLossInRound = false;
        _latestBandwidth = _latestInFlight = 0;
    }

    private void UpdateCongestionSignals()
    {
        UpdateMaximumBandwidth();
        if (!_isLossRoundStart)
            return;
        // AdaptLowerBoundsFromCongestion(): once a round, and not while probing, when losses are to be expected.
        if (_isLossInRound && _state is not (BbrState.Startup or BbrState.ProbeRefill or BbrState.ProbeUp))
        {
            if (_shortTermBandwidth == Infinity)
                _shortTermBandwidth = MaximumBandwidth;
            if (_shortTermInFlight == Infinity)
                _shortTermInFlight = Window;
            _shortTermBandwidth = Math.Max(_latestBandwidth, (long)(Beta * _shortTermBandwidth));
            _shortTermInFlight = Math.Max(_latestInFlight, (long)(Beta * _shortTermInFlight));
        }
        _isLossInRound = false;
    }

    private void ResetShortTermModel() => _shortTermBandwidth = _shortTermInFlight = Infinity;

    private void SaveStateUponLoss()
    {
        SaveWindow();
        _undoState = null;
        _undoShortTermBandwidth = _shortTermBandwidth;
        _undoShortTermInFlight = _shortTermInFlight;
        _undoLongTermInFlight = _longTermInFlight;
    }

    /// <summary>HandleSpuriousLossDetection()</summary>
    private void RestoreAfterSpuriousLoss()
    {
        RestoreWindow();
        _isLossInRound = false;
        ResetFullBandwidth();
        _shortTermBandwidth = Math.Max(_shortTermBandwidth, _undoShortTermBandwidth);
        _shortTermInFlight = Math.Max(_shortTermInFlight, _undoShortTermInFlight);
        _longTermInFlight = Math.Max(_longTermInFlight, _undoLongTermInFlight);
        if (_undoState == BbrState.Startup && _state != BbrState.Startup)
        {
            _isFullBandwidthReached = false;
            if (_state != BbrState.ProbeRtt)
                EnterStartup();
        }
        else if (_undoState == BbrState.ProbeUp && _state is not (BbrState.ProbeUp or BbrState.ProbeRtt))
        {
            StartRefill();
        }
        _undoState = null;
    }
}
