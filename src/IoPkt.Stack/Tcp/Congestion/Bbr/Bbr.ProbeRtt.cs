namespace IoPkt.Stack;

/// <summary>ProbeRTT: every few seconds little is in flight for a moment, so that the queues of all flows empty and the round trip shows its true length.</summary>
internal sealed partial class Bbr
{
    private const double ProbeRttWindowGain = 0.5;
    private const long ProbeRttDuration = 200_000;

    private long _probeRttDoneAt;
    private bool _isProbeRttRoundDone;
    private bool _isIdleRestart;

    private double ProbeRttWindow => Math.Max(BandwidthDelayProduct(_bandwidth, ProbeRttWindowGain), MinimumWindow);

    private void CheckProbeRtt()
    {
        if (_state != BbrState.ProbeRtt && _isProbeRttDue && !_isIdleRestart)
        {
            SaveWindow();
            Enter(BbrState.ProbeRtt, 1, ProbeRttWindowGain);
            _probeRttDoneAt = 0;
            _ackPhase = AckPhase.ProbeStopping;
            StartRound();
        }
        if (_state == BbrState.ProbeRtt)
            HandleProbeRtt();
        if (_sample.Rate.Delivered > 0)
            _isIdleRestart = false;
    }

    private void HandleProbeRtt()
    {
        // "Ignore low rate samples during ProbeRTT".
        _rate.MarkApplicationLimited(_sample.InFlight);
        if (_probeRttDoneAt == 0)
        {
            if (_sample.InFlight > ProbeRttWindow)
                return;
            _probeRttDoneAt = _sample.Now + ProbeRttDuration;
            _isProbeRttRoundDone = false;
            StartRound();
            return;
        }
        _isProbeRttRoundDone |= _isRoundStart;
        if (_isProbeRttRoundDone)
            CheckProbeRttDone(_sample.Now);
    }

    private void CheckProbeRttDone(long now)
    {
        if (_probeRttDoneAt == 0 || now <= _probeRttDoneAt)
            return;
        _probeRttMinimumAt = now;
        RestoreWindow();
        // ExitProbeRTT(): what congestion there was, was of our own making.
        ResetShortTermModel();
        if (_isFullBandwidthReached)
        {
            StartDown(now);
            StartCruise();
        }
        else
        {
            EnterStartup();
        }
    }
}
