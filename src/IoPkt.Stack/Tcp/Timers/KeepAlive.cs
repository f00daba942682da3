namespace IoPkt.Stack;

/// <summary>Keep-alives: RFC 9293, section 3.8.4. Off unless the user asks (SO_KEEPALIVE).</summary>
internal sealed partial class TcpConnection
{
    private readonly StackTimer _keepAliveTimer;
    private int _keepAliveProbes;

    /// <summary>The same timer watches an orphan in FIN-WAIT-2: its peer may never close.</summary>
    private bool _isFinWait2Timer;

    public void RestartKeepAlive()
    {
        if (_isFinWait2Timer || !IsSynchronized)
            return;
        _keepAliveProbes = 0;
        if (Socket.Options.KeepAlive)
            _keepAliveTimer.Arm(_lastReceivedAt + (long)Socket.KeepAliveIdle.TotalMicroseconds);
        else
            _keepAliveTimer.Cancel();
    }

    private void StartFinWait2Timer()
    {
        _isFinWait2Timer = true;
        _keepAliveTimer.ArmAfter(Math.Max(0, (long)(Socket.FinWait2Timeout ?? Settings.FinWait2).TotalMicroseconds));
    }

    private void KeepAliveTimerExpired()
    {
        if (State == TcpState.Closed)
            return;
        if (_isFinWait2Timer)
        {
            Counters.FinWait2Drops.Increment();
            Finish();
            return;
        }
        if (!Socket.Options.KeepAlive)
            return;
        long idle = Now - _lastReceivedAt, limit = (long)Socket.KeepAliveIdle.TotalMicroseconds;
        // Data in flight, or a window that's probed, have timers of their own that notice a dead peer.
        if (!_retransmissionQueue.IsEmpty || _persistTimer.IsArmed)
        {
            _keepAliveTimer.ArmAfter(limit);
            return;
        }
        if (idle < limit)
        {
            _keepAliveTimer.Arm(_lastReceivedAt + limit);
            return;
        }
        Counters.KeepAliveTimeouts.Increment();
        bool isDead = Socket.UserTimeout > TimeSpan.Zero
            ? _keepAliveProbes > 0 && idle >= (long)Socket.UserTimeout.TotalMicroseconds
            : _keepAliveProbes >= Socket.KeepAliveCount;
        if (isDead)
        {
            Counters.KeepAliveDrops.Increment();
            SendReset(_sndNxt);
            Fail(_softError != Errno.None ? _softError : Errno.TimedOut);
            return;
        }
        if (_keepAliveProbes++ > 0)
            SuspectNeighbor();
        Counters.KeepAliveProbes.Increment();
        // "SEG.SEQ = SND.NXT-1": outside the window, so the peer answers.
        SendAck(_sndNxt - 1);
        _keepAliveTimer.ArmAfter((long)Socket.KeepAliveInterval.TotalMicroseconds);
    }
}
