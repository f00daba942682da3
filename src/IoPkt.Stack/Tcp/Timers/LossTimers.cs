namespace IoPkt.Stack;

/// <summary>The timers that find losses before the retransmission timer does: RFC 8985's reordering timer and tail loss probe.</summary>
internal sealed partial class TcpConnection
{
    private readonly StackTimer _reorderingTimer;
    private readonly StackTimer _probeTimer;

    /// <summary>When new data left last, or SND.UNA moved.</summary>
    private long _lastProgressAt;

    private long _lastProbeAt;

    private void ArmReorderingTimer()
    {
        if (_recovery.ReorderingDeadline != 0)
            _reorderingTimer.Arm(_recovery.ReorderingDeadline);
        else
            _reorderingTimer.Cancel();
    }

    private void ReorderingTimerExpired()
    {
        if (State == TcpState.Closed || _retransmissionQueue.IsEmpty)
            return;
        RecoveryState before = _recovery.State;
        if (_recovery.OnReorderingTimeout(_sndUna, _sndNxt, Now))
            SetPending();
        NoteRecoveryState(before);
        ArmReorderingTimer();
    }

    /// <summary>
    /// Section 7.2: "schedule a PTO … upon transmitting new data … or upon receiving an ACK that cumulatively acknowledges data". "If Now() + PTO > TCP_RTO_expiration()", it takes the
    /// retransmission timer's place: a probe before the window collapses.
    /// </summary>
    private void ArmProbeTimer()
    {
        if (!_recovery.MayProbe || _retransmissionQueue.IsEmpty || _sndWnd == 0)
        {
            _probeTimer.Cancel();
            return;
        }
        long timeout = TailLossProbe.Timeout(_rtt.Smoothed, _retransmissionQueue.Outstanding <= SegmentDataSize);
        _probeTimer.Arm(Math.Min(_lastProgressAt + timeout, _retransmissionTimer.Deadline));
    }

    /// <summary>TLP_send_probe(): new data if there are any, else the last segment again.</summary>
    private void ProbeTimerExpired()
    {
        if (State == TcpState.Closed)
            return;
        CheckPathMtu();
        if (!_recovery.MayProbe || _retransmissionQueue.Tail is not { } tail)
            return;
        Counters.TailLossProbes.Increment();
        _lastProbeAt = Now;
        int unsent = _finSent ? 0 : _sendBuffer.Length - (_sndNxt - _sndUna);
        int length = Math.Min(Math.Min(unsent, SegmentDataSize), UsableWindow);
        bool isRetransmission = length <= 0;
        if (isRetransmission)
        {
            if (tail.Length > SegmentDataSize)
            {
                _retransmissionQueue.Split(tail, tail.End - SegmentDataSize);
                tail = _retransmissionQueue.Tail;
            }
            Retransmit(tail, tail.Length);
        }
        else
        {
            TransmitNew(_sendBuffer.Start + (_sndNxt - _sndUna), length, isFinal: false);
        }
        // If there was no memory for it, it's the retransmission timer's turn.
        _recovery.OnProbeSent(_sndNxt, isRetransmission);
        ArmRetransmissionTimer();
    }
}
