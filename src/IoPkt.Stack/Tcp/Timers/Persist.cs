namespace IoPkt.Stack;

/// <summary>Zero-window probes: RFC 9293, section 3.8.6.1.</summary>
internal sealed partial class TcpConnection
{
    private readonly StackTimer _persistTimer;
    private int _persistBackoff;

    /// <summary>Probes since the peer was last heard.</summary>
    private int _persistProbes;
    private long _firstPersistAt;

    /// <summary>"The transmitting host SHOULD send the first zero-window probe when a zero window has existed for the retransmission timeout period, and SHOULD increase exponentially the interval".</summary>
    private void ArmPersistTimer()
    {
        long interval = Math.Min(_rtt.Base << Math.Min(_persistBackoff, 20), (long)Settings.MaximumTimeout.TotalMicroseconds);
        _persistTimer.Arm(_persistProbes == 0 ? Now + interval : NotBeyondUserTimeout(Now + interval, _firstPersistAt));
    }

    private void PersistTimerExpired()
    {
        if (State == TcpState.Closed || !_retransmissionQueue.IsEmpty || !HasUnsent || UsableWindow > 0)
            return;
        Counters.PersistTimeouts.Increment();
        if (_persistProbes++ == 0)
            _firstPersistAt = Now;
        if (HasGivenUp(_persistProbes - 1, _firstPersistAt))
        {
            Counters.PersistDrops.Increment();
            Fail(_softError != Errno.None ? _softError : Errno.TimedOut);
            return;
        }
        // That the peer answers keeps a connection with a user open for ever. Without one, only the peer would gain by it.
        if (IsOrphan && _persistBackoff >= Settings.OrphanRetries)
        {
            Counters.OrphanDrops.Increment();
            Abort();
            return;
        }
        if (_persistProbes > 1)
            SuspectNeighbor();
        _persistBackoff++;
        Counters.SentProbes.Increment();
        // A sequence number from before the window: no receiver can accept it, each one answers it with its window, and there's nothing that would have to be sent again
        // when the window opens.
        SendAck(_sndUna - 1);
        ArmPersistTimer();
    }
}
