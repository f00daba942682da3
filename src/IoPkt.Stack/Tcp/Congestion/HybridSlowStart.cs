namespace IoPkt.Stack;

/// <summary>
/// HyStart++ (RFC 9406): leaves slow start when round trips grow longer, before the queue overflows. It does so carefully: a time of "conservative slow start"
/// shows whether they really have.
/// </summary>
internal struct HybridSlowStart
{
    // Section 4.3: "It is RECOMMENDED that HyStart++ implementations use the following constants". Times are microseconds.
    private const long MinimumThreshold = 4_000;
    private const long MaximumThreshold = 16_000;
    private const int ThresholdDivisor = 8;
    private const int SamplesPerRound = 8;
    private const int ConservativeGrowthDivisor = 4;
    private const int ConservativeRounds = 5;

    private SequenceNumber _windowEnd;
    private bool _hasRound;
    private long _lastRoundMinimum;
    private long _currentRoundMinimum;
    private int _samples;
    private long _baseline;
    private int _conservativeRounds;

    public readonly bool IsConservative => _baseline != 0;

    /// <summary>Takes in one acknowledgement of slow start.</summary>
    /// <param name="sample">What it said.</param>
    /// <param name="growth">How many bytes the window may grow by.</param>
    /// <returns>Whether slow start is over.</returns>
    public bool OnAcknowledged(in AcknowledgmentSample sample, out int growth)
    {
        bool isOver = false;
        if (!_hasRound || sample.Acknowledged >= _windowEnd)
            isOver = StartRound(sample.Next);
        if (sample.RoundTrip > 0)
        {
            _currentRoundMinimum = Math.Min(_currentRoundMinimum, sample.RoundTrip);
            _samples++;
        }
        if (_samples >= SamplesPerRound)
            CompareRounds();
        growth = IsConservative ? sample.Delivered / ConservativeGrowthDivisor : sample.Delivered;
        return isOver;
    }

    /// <summary>"At the start of each round during standard slow start or CSS".</summary>
    private bool StartRound(SequenceNumber next)
    {
        _lastRoundMinimum = _hasRound ? _currentRoundMinimum : long.MaxValue;
        _currentRoundMinimum = long.MaxValue;
        _samples = 0;
        _windowEnd = next;
        _hasRound = true;
        // "CSS lasts at most CSS_ROUNDS rounds … If CSS_ROUNDS rounds are complete, enter congestion avoidance by setting the ssthresh to the current cwnd".
        return IsConservative && ++_conservativeRounds >= ConservativeRounds;
    }

    private void CompareRounds()
    {
        if (IsConservative)
        {
            // "if (currentRoundMinRTT < cssBaselineMinRtt) cssBaselineMinRtt = infinity; resume slow start including HyStart++".
            if (_currentRoundMinimum < _baseline)
                _baseline = 0;
            return;
        }
        if (_lastRoundMinimum == long.MaxValue || _currentRoundMinimum == long.MaxValue)
            return;
        // "RttThresh = max(MIN_RTT_THRESH, min(lastRoundMinRTT / MIN_RTT_DIVISOR, MAX_RTT_THRESH)); if (currentRoundMinRTT >= (lastRoundMinRTT + RttThresh)) …".
        long threshold = Math.Clamp(_lastRoundMinimum / ThresholdDivisor, MinimumThreshold, MaximumThreshold);
        if (_currentRoundMinimum < _lastRoundMinimum + threshold)
            return;
        _baseline = _currentRoundMinimum;
        _conservativeRounds = 0;
    }
}
