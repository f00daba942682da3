namespace IoPkt.Stack;

/// <summary>
/// Whether the congestion window is what limits the user's data, judged over a round trip: RFC 7661's point is that a window that wasn't used says nothing about the path, so it
/// mustn't grow; but a moment without data to send, while the last window's worth is acknowledged, doesn't make a window unused.
/// </summary>
internal struct WindowUsage
{
    private SequenceNumber _roundEnd;
    private int _greatestInFlight;
    private bool _wasLimited;

    /// <summary>What could be sent has been sent.</summary>
    /// <param name="una">SND.UNA</param>
    /// <param name="next">SND.NXT</param>
    /// <param name="inFlight">Bytes.</param>
    /// <param name="isLimited">There was more to send, and the peer had room; only the congestion window kept it back.</param>
    public void OnSent(SequenceNumber una, SequenceNumber next, int inFlight, bool isLimited)
    {
        if (una < _roundEnd && !isLimited && (_wasLimited || inFlight <= _greatestInFlight))
            return;
        _greatestInFlight = inFlight;
        _wasLimited = isLimited;
        _roundEnd = next;
    }

    /// <summary>In slow start, a window of which half is used may grow: what is in flight lags behind a window that doubles.</summary>
    public readonly bool IsLimited(CongestionControl congestion) => _wasLimited || (congestion.IsInSlowStart && congestion.Window / 2 < _greatestInFlight);
}
