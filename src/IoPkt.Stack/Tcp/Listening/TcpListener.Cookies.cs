namespace IoPkt.Stack;

/// <summary>Requests that the SYN queue has no room for.</summary>
internal sealed partial class TcpListener
{
    private long _cookiesUntil;

    /// <summary>Answers a request without remembering it.</summary>
    private void SendCookie(in IncomingSegment segment)
    {
        HalfOpenConnection request = NewRequest(segment, _tcp.SynCookies.Make(segment, _tcp.Settings.DefaultMaximumSegment));
        uint now = TimestampNow(request);
        if (!UsesTimestamps(request.PeerOptions))
        {
            // Nothing would bring these back, so they aren't offered.
            request.PeerOptions = request.PeerOptions with { HasWindowScale = false, SackPermitted = false };
            request.UsesEcn = false;
        }
        TrySendSynAck(request, SynCookies.MakeTimestamp(now, request.PeerOptions, request.UsesEcn));
        _cookiesUntil = Stack.Clock.Now + SynCookies.Lifetime;
        _tcp.Counters.SynCookiesSent.Increment();
    }

    /// <summary>An acknowledgement for which there's no request: it may answer a cookie.</summary>
    /// <returns>Whether it did.</returns>
    private bool TryAcceptCookie(ref IncomingSegment segment)
    {
        if (Stack.Clock.Now > _cookiesUntil || segment.IsSyn)
            return false;
        if (!_tcp.SynCookies.TryRead(segment, out TcpOptions options, out bool usesEcn))
        {
            _tcp.Counters.SynCookiesRefused.Increment();
            return false;
        }
        // Nobody can be told to come back later: with TCP_DEFER_ACCEPT the data bring the cookie again, and so they do when the accept queue is full.
        if (_socket.DeferAccept > TimeSpan.Zero && segment.DataLength == 0 && !segment.IsFin)
            return true;
        if (_acceptQueue.Count >= Backlog)
        {
            _tcp.Counters.ListenOverflows.Increment();
            return true;
        }
        _tcp.Counters.SynCookiesAccepted.Increment();
        HalfOpenConnection request = new(this, segment.Local, segment.Remote)
        {
            Iss = segment.Acknowledgment - 1,
            Irs = segment.Sequence - 1,
            PeerOptions = options,
            UsesEcn = usesEcn,
            RcvScale = ReceiveScale,
            Window = InitialWindow,
            TsRecent = options.TimestampValue,
            CreatedAt = Stack.Clock.Now,
            // When the SYN-ACK left isn't known, so it gives no round-trip time; it was the only one.
            Transmissions = 2,
        };
        Open(request, ref segment);
        return true;
    }
}
