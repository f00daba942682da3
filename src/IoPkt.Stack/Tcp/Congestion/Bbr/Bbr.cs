namespace IoPkt.Stack;

/// <summary>
/// BBR, version 3 (draft-ietf-ccwg-bbr): models the path by its bandwidth and its round-trip time, and sends at that rate with that much in flight, rather than until something is lost. It relies
/// on pacing. The parts: what is measured is in <c>Bbr.Model.cs</c>, what loss does to it in <c>Bbr.Loss.cs</c>, the state machine in <c>Bbr.States.cs</c> and <c>Bbr.ProbeRtt.cs</c>,
/// and what follows for rate and window here. Names in comments are the draft's.
/// </summary>
internal sealed partial class Bbr : CongestionControl
{
    public const string AlgorithmName = "bbr";

    private const long Infinity = long.MaxValue;

    /// <summary>PacingMarginPercent: a little below the bandwidth, so that queues drain.</summary>
    private const double PacingMargin = 0.99;

    private const long LargestQuantum = 65536;

    private readonly DeliveryRateEstimator _rate;
    private readonly Random _random;
    private AcknowledgmentSample _sample;
    private double _pacingGain;
    private double _windowGain;
    private long _pacingRate;
    private bool _hasRoundTrip;
    private int _priorWindow;
    private bool _isRecovering;

    public Bbr(int segmentSize, DeliveryRateEstimator rate, Random random) : base(segmentSize)
    {
        _rate = rate;
        _random = random;
        InitializePacingRate(1000);
        EnterStartup();
    }

    public override string Name => AlgorithmName;

    public override bool ControlsRecovery => true;

    public override long PacingRate => _pacingRate;

    /// <summary>MinPipeCwnd</summary>
    private int MinimumWindow => 4 * SegmentSize;

    /// <summary>send_quantum</summary>
    private long Quantum => Math.Max(Math.Min(_pacingRate / 1000, LargestQuantum), 2 * SegmentSize);

    /// <summary>UpdateOnACK()</summary>
    public override void OnAcknowledged(in AcknowledgmentSample sample)
    {
        _sample = sample;
        if (sample.Rate.Exists)
            UpdateModelAndState();
        SetPacingRate(_pacingGain);
        SetWindow();
    }

    public override void OnCongestion(CongestionSignal signal, long now, int flightSize)
    {
        if (signal == CongestionSignal.ExplicitNotification)
        {
            // The draft leaves marks of RFC 3168 open. They count as the loss that they stand for: once a round.
            NoteLoss();
            return;
        }
        // OnEnterFastRecovery() and OnEnterRTO().
        SaveWindow();
        SaveStateUponLoss();
        _isRecovering = true;
        if (signal == CongestionSignal.Timeout)
            Window = SegmentSize;
    }

    public override void OnRecovered(long now)
    {
        _isRecovering = false;
        RestoreWindow();
    }

    public override void Undo(long now)
    {
        _isRecovering = false;
        RestoreAfterSpuriousLoss();
    }

    /// <summary>A pause changes neither the path nor what is known of it; <see cref="OnSending"/> knows what to do about it.</summary>
    public override void OnIdle(long now, long idle, long timeout)
    {
    }

    /// <summary>HandleRestartFromIdle()</summary>
    public override void OnSending(long now, int inFlight)
    {
        if (inFlight > 0 || !_rate.IsApplicationLimited)
            return;
        _isIdleRestart = true;
        _aggregationStart = now;
        if (IsProbingCycle)
            SetPacingRate(1);
        else if (_state == BbrState.ProbeRtt)
            CheckProbeRttDone(now);
    }

    /// <summary>No segment is sent before the window lets it; nothing is computed from a threshold.</summary>
    protected override void Reduce(CongestionSignal signal, long now, int flightSize)
    {
    }

    /// <summary>UpdateModelAndState()</summary>
    private void UpdateModelAndState()
    {
        UpdateLatestDeliverySignals();
        UpdateCongestionSignals();
        UpdateAggregation();
        CheckFullBandwidth();
        CheckStartupDone();
        CheckDrainDone();
        UpdateProbingCycle();
        UpdateMinimumRoundTrip();
        CheckProbeRtt();
        AdvanceLatestDeliverySignals();
        _bandwidth = Math.Min(MaximumBandwidth, _shortTermBandwidth);
    }

    /// <summary>InitPacingRate()</summary>
    private void InitializePacingRate(long roundTrip) => _pacingRate = (long)(StartupPacingGain * InitialWindow(SegmentSize) * 1e6 / roundTrip);

    /// <summary>SetPacingRateWithGain()</summary>
    private void SetPacingRate(double gain)
    {
        if (!_hasRoundTrip && _sample.SmoothedRoundTrip > 0)
        {
            _hasRoundTrip = true;
            InitializePacingRate(_sample.SmoothedRoundTrip);
        }
        long rate = (long)(gain * _bandwidth * PacingMargin);
        if (_isFullBandwidthReached || rate > _pacingRate)
            _pacingRate = Math.Max(rate, SegmentSize);
    }

    /// <summary>BDPMultiple()</summary>
    private double BandwidthDelayProduct(double bandwidth, double gain) =>
        _minimumRoundTrip == Infinity ? InitialWindow(SegmentSize) : gain * bandwidth * _minimumRoundTrip / 1e6;

    /// <summary>Inflight()</summary>
    private double InFlightFor(double bandwidth, double gain) => Quantize(BandwidthDelayProduct(bandwidth, gain));

    /// <summary>QuantizationBudget(): enough for what the hosts themselves hold back while they put large segments together.</summary>
    private double Quantize(double inFlight)
    {
        inFlight = Math.Max(Math.Max(inFlight, 3 * Quantum), MinimumWindow);
        return _state == BbrState.ProbeUp ? inFlight + 2 * SegmentSize : inFlight;
    }

    /// <summary>SetCwnd()</summary>
    private void SetWindow()
    {
        double maximum = Quantize(BandwidthDelayProduct(_bandwidth, _windowGain) + _extraAcknowledged);
        double window = Window;
        if (_isFullBandwidthReached)
            window = Math.Min(window + _sample.Delivered, maximum);
        else if (window < maximum || _rate.Delivered < InitialWindow(SegmentSize))
            window += _sample.Delivered;
        window = Math.Max(window, MinimumWindow);
        // BoundCwndForProbeRTT() and BoundCwndForModel().
        if (_state == BbrState.ProbeRtt)
            window = Math.Min(window, ProbeRttWindow);
        double cap = _state switch
        {
            BbrState.ProbeDown or BbrState.ProbeRefill or BbrState.ProbeUp => _longTermInFlight,
            BbrState.ProbeRtt or BbrState.ProbeCruise => InFlightWithHeadroom,
            _ => Infinity,
        };
        cap = Math.Max(Math.Min(cap, _shortTermInFlight), MinimumWindow);
        Window = (int)Math.Min(Math.Min(window, cap), MaximumWindow);
    }

    /// <summary>SaveCwnd(): the latest window that neither recovery nor ProbeRTT had changed.</summary>
    private void SaveWindow() => _priorWindow = _isRecovering || _state == BbrState.ProbeRtt ? Math.Max(_priorWindow, Window) : Window;

    private void RestoreWindow() => Window = Math.Max(Window, _priorWindow);
}
