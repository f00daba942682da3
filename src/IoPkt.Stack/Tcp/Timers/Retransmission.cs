namespace IoPkt.Stack;

/// <summary>The retransmission timer: RFC 6298, section 5.</summary>
internal sealed partial class TcpConnection
{
    private readonly StackTimer _retransmissionTimer;
    private int _retransmissions;

    /// <summary>When the timer was started whose end was the first of a run of timeouts. The timeout itself may have changed since.</summary>
    private long _waitingSince;
    private int _totalTimeouts;
    private int _totalTimeoutRecoveries;
    private long _totalTimeoutTime;

    /// <summary>New data have been acknowledged.</summary>
    private void TimeoutsEnded()
    {
        if (_retransmissions == 0)
            return;
        _totalTimeoutRecoveries++;
        _totalTimeoutTime += Now - _waitingSince;
        _retransmissions = _revertedTimeouts = 0;
    }

    private void RetransmissionTimerExpired()
    {
        if (State is TcpState.SynSent or TcpState.SynReceived)
        {
            HandshakeTimerExpired();
            return;
        }
        if (_retransmissionQueue.IsEmpty)
            return;
        // The probe takes its place.
        if (_probeTimer.Deadline <= Now && _recovery.MayProbe)
        {
            _probeTimer.Cancel();
            ProbeTimerExpired();
            return;
        }
        CheckPathMtu();
        SuspectNeighbor();
        Counters.RetransmitTimeouts.Increment();
        _totalTimeouts++;
        _retransmissions++;
        // RFC 9293, section 3.8.6.1: "As long as the receiving TCP peer continues to send acknowledgments in response to the probe segments, the sending TCP peer MUST
        // allow the connection to stay open." That holds as well for a window that was closed over data in flight.
        bool isClosedWindow = _sndWnd == 0;
        if (isClosedWindow && _lastHeard > _waitingSince)
        {
            _retransmissions = 1;
            _waitingSince = Now;
        }
        if (HasGivenUp(_retransmissions, _waitingSince))
        {
            Counters.RetransmitDrops.Increment();
            // RFC 1122, section 4.2.3.9: soft errors are reported when the connection fails for other reasons.
            Fail(_softError != Errno.None ? _softError : Errno.TimedOut);
            return;
        }
        if (!isClosedWindow)
            NoteTimeout();
        else
            _recovery.ResendAll();
        // (5.5) "The host MUST set RTO <- RTO * 2 ('back off the timer')", (5.6) "Start the retransmission timer".
        _rtt.BackOff();
        ArmRetransmissionTimer();
        if (_retransmissions == 3)
            _route.Clear();
        if (_retransmissions >= 2 && _headRetransmissions > 0)
            SuspectBlackHole();
        if (_retransmissionQueue.NextLost is { } first)
            Retransmit(first, Math.Min(first.Length, SegmentDataSize));
        SetPending();
    }

    /// <summary>R2 of RFC 9293, section 3.8.3, or the user timeout (RFC 5482).</summary>
    private bool HasGivenUp(int attempts, long since)
    {
        if (Socket.UserTimeout > TimeSpan.Zero)
            return Now - since >= (long)Socket.UserTimeout.TotalMicroseconds;
        int retries = IsOrphan ? Math.Min(Settings.OrphanRetries, Settings.Retries) : Settings.Retries;
        return attempts > retries && (_revertedTimeouts == 0 || IsRetryTimeOver(retries, since));
    }

    private void ArmRetransmissionTimer()
    {
        if (_retransmissions == 0)
            _waitingSince = Now;
        _retransmissionTimer.Arm(_retransmissions == 0 ? Now + _rtt.Timeout : NotBeyondUserTimeout(Now + _rtt.Timeout, _waitingSince));
    }

    /// <summary>The user timeout is to be noticed when it's over, not at some later timeout.</summary>
    private long NotBeyondUserTimeout(long deadline, long since) =>
        Socket.UserTimeout > TimeSpan.Zero ? Math.Max(Now + 1, Math.Min(deadline, since + (long)Socket.UserTimeout.TotalMicroseconds)) : deadline;

    private void HandshakeTimerExpired()
    {
        int limit = State == TcpState.SynSent ? Socket.SynRetries : Settings.SynAckRetries;
        if (_handshakeTransmissions > limit || (Socket.UserTimeout > TimeSpan.Zero && Now - _lastHeard >= (long)Socket.UserTimeout.TotalMicroseconds))
        {
            Fail(_softError != Errno.None ? _softError : Errno.TimedOut);
            return;
        }
        SuspectNeighbor();
        _rtt.BackOff();
        _handshakeDue = _hasHandshakeTimedOut = true;
        SetPending();
    }
}
