namespace IoPkt.Stack;

/// <summary>BBR.state</summary>
internal enum BbrState
{
    Startup,
    Drain,
    ProbeDown,
    ProbeCruise,
    ProbeRefill,
    ProbeUp,
    ProbeRtt,
}

/// <summary>BBR's state machine: finds the bandwidth by doubling, drains the queue that made, and then probes for more in cycles.</summary>
internal sealed partial class Bbr
{
    private const double StartupPacingGain = 2.77;
    private const double DrainPacingGain = 0.5;
    private const double DefaultWindowGain = 2;

    /// <summary>BBRStartupFullLossCnt</summary>
    private const int StartupFullLosses = 6;

    /// <summary>"randomized … min(reno_rounds, 63)": as often as Reno would have a loss, at the least.</summary>
    private const int MaximumCycleRounds = 63;

    private BbrState _state;
    private AckPhase _ackPhase;
    private bool _isFullBandwidthReached;
    private bool _isFullBandwidthNow;
    private long _fullBandwidth;
    private int _fullBandwidthCount;
    private long _drainStartRound;

    private long _cycleStart;
    private long _probeWait;
    private long _roundsSinceProbe;
    private bool _isProbeSample;
    private int _probeUpRounds;
    private long _probeUpAcknowledged;
    private long _acknowledgedPerIncrement = Infinity;
    private bool _wasProbeTooHigh;
    private bool _wasProbePrecautionary;

    /// <summary>BBR.ack_phase: what acknowledgements tell of the last probe.</summary>
    private enum AckPhase
    {
        Init,
        Refilling,
        ProbeStarting,
        ProbeFeedback,
        ProbeStopping,
    }

    public BbrState State => _state;

    private bool IsProbingCycle => _state is BbrState.ProbeDown or BbrState.ProbeCruise or BbrState.ProbeRefill or BbrState.ProbeUp;

    private void Enter(BbrState state, double pacingGain, double windowGain)
    {
        _state = state;
        _pacingGain = pacingGain;
        _windowGain = windowGain;
    }

    private void EnterStartup() => Enter(BbrState.Startup, StartupPacingGain, DefaultWindowGain);

    /// <summary>CheckFullBWReached(): three rounds in which the bandwidth grew by less than a quarter.</summary>
    private void CheckFullBandwidth()
    {
        if (_isFullBandwidthNow || !_isRoundStart || _sample.Rate.IsApplicationLimited)
            return;
        if (_sample.Rate.Rate >= _fullBandwidth * 1.25)
        {
            ResetFullBandwidth();
            _fullBandwidth = _sample.Rate.Rate;
            return;
        }
        _isFullBandwidthNow = ++_fullBandwidthCount >= 3;
        _isFullBandwidthReached |= _isFullBandwidthNow;
    }

    private void ResetFullBandwidth()
    {
        _fullBandwidth = 0;
        _fullBandwidthCount = 0;
        _isFullBandwidthNow = false;
    }

    private void CheckStartupDone()
    {
        if (_state != BbrState.Startup)
            return;
        // CheckStartupHighLoss(): "in fast recovery for at least one full packet-timed round trip", more than 2 % lost in it, in at least six places; without SACK, any loss at all.
        if (!_isFullBandwidthReached && _isRecovering && _isLossRoundStart && IsInFlightTooHigh(_sample.Rate.Lost, _sample.Rate.InFlightAtSend)
            && (_lossesInRound >= StartupFullLosses || !_sample.UsesSack))
        {
            _undoState = BbrState.Startup;
            _isFullBandwidthReached = true;
            _longTermInFlight = (long)Math.Max(BandwidthDelayProduct(MaximumBandwidth, 1), _latestInFlight);
        }
        if (!_isFullBandwidthReached)
            return;
        Enter(BbrState.Drain, DrainPacingGain, DefaultWindowGain);
        _drainStartRound = _roundCount;
    }

    private void CheckDrainDone()
    {
        if (_state == BbrState.Drain && (_sample.InFlight <= InFlightFor(MaximumBandwidth, 1) || _roundCount > _drainStartRound + 3))
            StartDown(_sample.Now);
    }

    private void StartDown(long now)
    {
        ResetCongestionSignals();
        _acknowledgedPerIncrement = Infinity;
        // PickProbeWait(): chance keeps flows apart.
        _roundsSinceProbe = _random.Next(2);
        _probeWait = 2_000_000 + _random.NextInt64(1_000_000);
        _cycleStart = now;
        _ackPhase = AckPhase.ProbeStopping;
        StartRound();
        Enter(BbrState.ProbeDown, 0.9, DefaultWindowGain);
    }

    private void StartCruise() => Enter(BbrState.ProbeCruise, 1, DefaultWindowGain);

    private void StartRefill()
    {
        ResetShortTermModel();
        _probeUpRounds = 0;
        _probeUpAcknowledged = 0;
        _wasProbePrecautionary = false;
        _ackPhase = AckPhase.Refilling;
        StartRound();
        Enter(BbrState.ProbeRefill, 1, DefaultWindowGain);
    }

    private void StartUp()
    {
        _ackPhase = AckPhase.ProbeStarting;
        StartRound();
        ResetFullBandwidth();
        _fullBandwidth = _sample.Rate.Rate;
        Enter(BbrState.ProbeUp, 1.25, 2.25);
        RaiseLongTermSlope();
    }

    /// <summary>UpdateProbeBWCyclePhase()</summary>
    private void UpdateProbingCycle()
    {
        if (!_isFullBandwidthReached || AdaptLongTermModel())
            return;
        switch (_state)
        {
            case BbrState.ProbeDown:
                // IsTimeToCruise(): "enough headroom", and no more in flight than the path holds.
                if (!CheckTimeToProbe() && _sample.InFlight <= InFlightWithHeadroom && _sample.InFlight <= InFlightFor(MaximumBandwidth, 1))
                    StartCruise();
                break;
            case BbrState.ProbeCruise:
                CheckTimeToProbe();
                break;
            case BbrState.ProbeRefill when _isRoundStart:
                _isProbeSample = true;
                StartUp();
                break;
            case BbrState.ProbeUp when IsTimeToGoDown():
                _wasProbeTooHigh = false;
                StartDown(_sample.Now);
                break;
        }
    }

    /// <summary>IsTimeToProbeBW(): every two to three seconds, or sooner where Reno would.</summary>
    private bool CheckTimeToProbe()
    {
        double renoRounds = TargetInFlight / SegmentSize;
        if (_sample.Now <= _cycleStart + _probeWait && _roundsSinceProbe < Math.Min(renoRounds, MaximumCycleRounds))
            return false;
        StartRefill();
        return true;
    }

    private bool IsTimeToGoDown()
    {
        // Precautionary bandwidth probing: the last probe went too high, so this one stops where that one did; if it went well, the next follows at once.
        if (_wasProbeTooHigh && _sample.InFlight >= _longTermInFlight)
        {
            _wasProbePrecautionary = true;
            return true;
        }
        if (_sample.IsWindowLimited && Window >= _longTermInFlight)
        {
            ResetFullBandwidth();
            _fullBandwidth = _sample.Rate.Rate;
            return false;
        }
        return _isFullBandwidthNow;
    }

    /// <returns>Whether it has decided on a transition.</returns>
    private bool AdaptLongTermModel()
    {
        if (_ackPhase == AckPhase.ProbeStarting && _isRoundStart)
            _ackPhase = AckPhase.ProbeFeedback;
        if (_ackPhase == AckPhase.ProbeStopping && _isRoundStart)
        {
            _isProbeSample = false;
            _ackPhase = AckPhase.Init;
            if (IsProbingCycle && !_sample.Rate.IsApplicationLimited)
                AdvanceMaximumBandwidth();
            if (IsProbingCycle && _wasProbePrecautionary && !_wasProbeTooHigh)
            {
                StartRefill();
                return true;
            }
        }
        if (_longTermInFlight == Infinity || IsInFlightTooHigh(_sample.Rate.Lost, _sample.Rate.InFlightAtSend))
            return false;
        _longTermInFlight = Math.Max(_longTermInFlight, _sample.Rate.InFlightAtSend);
        if (_state == BbrState.ProbeUp)
            ProbeLongTermUpward();
        return false;
    }

    private void RaiseLongTermSlope()
    {
        long growth = 1L << _probeUpRounds;
        _probeUpRounds = Math.Min(_probeUpRounds + 1, 30);
        _acknowledgedPerIncrement = Math.Max(Window / growth, SegmentSize);
    }

    /// <summary>ProbeInflightLongtermUpward()</summary>
    private void ProbeLongTermUpward()
    {
        if (!_sample.IsWindowLimited || Window < _longTermInFlight)
            return;
        _probeUpAcknowledged += _sample.Delivered;
        long increments = _probeUpAcknowledged / _acknowledgedPerIncrement;
        _probeUpAcknowledged -= increments * _acknowledgedPerIncrement;
        _longTermInFlight += increments * SegmentSize;
        if (_isRoundStart)
            RaiseLongTermSlope();
    }
}
