namespace IoPkt.Stack;

/// <summary>What is sent, and when: RFC 9293, section 3.8.6.2.1, with Nagle's algorithm (section 3.7.4) and TCP_CORK.</summary>
internal sealed partial class TcpConnection
{
    /// <summary>"the override timeout … should be in the range 0.1 - 1.0 seconds": a sender must not wait for ever for a window that never comes.</summary>
    private const long OverrideTimeout = 200_000;

    private readonly StackTimer _overrideTimer;

    /// <summary>The end of the last segment that was sent smaller than it could have been: Minshall's variant of Nagle's algorithm waits for its acknowledgement.</summary>
    private SequenceNumber _smallSegmentEnd;
    private bool _hasSmallSegment;

    private bool _isOverridden;

    private WindowUsage _windowUsage;

    /// <summary>The end of a batch: sends what it called for.</summary>
    public void Flush()
    {
        if (State == TcpState.Closed)
            return;
        if (State is TcpState.SynSent or TcpState.SynReceived)
        {
            if (_handshakeDue)
                SendHandshake();
            else if (State == TcpState.SynReceived)
                SendOwedAcks();
            if (IsFastOpened && _handshakeTransmissions > 0)
                SendNewData();
            return;
        }
        CheckPathMtu();
        FollowMemory();
        // A duplicate acknowledgement, with the SACK blocks, says what is missing: data going the other way must not swallow it.
        if (_duplicateAcksOwed > 0)
            SendOwedAcks();
        if (_retransmissionQueue.LostBytes == 0 || _recovery.SendsNewDataFirst || RetransmitLost())
        {
            Congestion.OnSending(Now, _recovery.InFlight);
            bool isLimited = SendNewData();
            _windowUsage.OnSent(_sndUna, _sndNxt, _recovery.InFlight, isLimited);
            if (_recovery.HasNothingNew(_sndNxt))
                RetransmitLost();
        }
        _isOverridden = false;
        SendUrgentNotice();
        SendOwedAcks();
        ArmForProgress();
        ArmProbeTimer();
        NoteSendState();
    }

    /// <summary>Fills the holes first: RFC 6675, section 5, (C).</summary>
    /// <returns>Whether all of them have been sent, so that new data may follow.</returns>
    private bool RetransmitLost()
    {
        while (_retransmissionQueue.NextLost is { } lost)
        {
            if (lost.Start == _sndUna && _headRetransmissions >= 2)
                SuspectBlackHole();
            int inFlight = _recovery.InFlight, room = Congestion.Window - inFlight;
            // With nothing in flight there's nothing to wait for.
            int length = lost.Length <= room ? lost.Length : Math.Min(lost.Length, Math.Max(inFlight == 0 ? SegmentDataSize : 0, WholeSegments(room)));
            if (length < lost.Length && length < SegmentDataSize)
                return false;
            length = Pace(WithinWindow(lost, length, inFlight));
            if (length == 0)
                return false;
            if (!Retransmit(lost, length))
                return false;
        }
        return true;
    }

    /// <summary>How much of what was lost the window lets out, if the peer has taken some of it back. Its first segment is tried all the same when nothing is in flight: that's what asks.</summary>
    private int WithinWindow(SentSegment lost, int length, int inFlight)
    {
        int usable = _sndUna + (int)Math.Min(_sndWnd, int.MaxValue / 2) - lost.Start;
        if (length <= usable)
            return length;
        return Math.Min(length, usable >= SegmentDataSize ? WholeSegments(usable) : inFlight == 0 ? SegmentDataSize : 0);
    }

    private int WholeSegments(int bytes) => bytes <= 0 ? 0 : bytes / SegmentDataSize * SegmentDataSize;

    /// <returns>Whether nothing but the congestion window kept more from being sent.</returns>
    private bool SendNewData()
    {
        bool isLimited = false;
        while (!_finSent)
        {
            long position = _sendBuffer.Start + (_sndNxt - _sndUna), recordEnd = _sendBuffer.RecordEnd(position);
            int available = (int)(recordEnd - position);
            bool isLast = recordEnd == _sendBuffer.End;
            int window = UsableWindow;
            int room = Congestion.Window - _recovery.InFlight;
            int length = Math.Min(Math.Min(available, window), Math.Min(room, SegmentOutput.MaximumPayload));
            if (length < available && room < Math.Min(available, window))
                isLimited = true;
            if (TrySendSizeProbe(position, available, length))
                continue;
            if (length <= 0)
            {
                if (available == 0 && _finPending && window > 0)
                    TransmitNew(position, 0, isFinal: true);
                return isLimited;
            }
            length = !isLast && length == available ? length : Decide(length, available, room);
            if (length == 0)
                return isLimited;
            length = Pace(_ecn.OwesNotice || IsUrgent(_sndNxt) ? Math.Min(length, SegmentDataSize) : length);
            if (length == 0)
                return isLimited;
            bool isFinal = _finPending && isLast && length == available && window > length;
            if (!TransmitNew(position, length, isFinal))
                return isLimited;
        }
        return isLimited;
    }

    /// <summary>How much of <paramref name="possible"/> is to be sent now; 0: wait.</summary>
    private int Decide(int possible, int available, int room)
    {
        int size = SegmentDataSize, small = possible % size;
        if (small == 0 || _isOverridden)
            return possible;
        bool isAll = possible == available;
        // "(1) if a maximum-sized segment can be sent": what makes whole segments goes; the rest is looked at by itself.
        if (possible > size)
            return isAll && MayPush(small) ? possible : possible - small;
        if (isAll)
            return MayPush(small) ? possible : 0;
        // The congestion window ends inside a segment: acknowledgements will come.
        if (room == possible)
            return 0;
        // "(3) or if at least a fraction Fs of the maximum window can be sent, i.e., if: [SND.NXT = SND.UNA and] min(D,U) >= Fs * Max(SND.WND)", Fs = 1/2.
        return possible >= _maxSndWnd / 2 ? possible : 0;
    }

    /// <summary>"(2) or if the data are pushed and all queued data can be sent now", with the Nagle algorithm's condition, in Minshall's form: no small segment is unacknowledged.</summary>
    private bool MayPush(int length)
    {
        if (_finPending || IsUrgent(_sndNxt))
            return true;
        if (Socket.Cork)
        {
            if (!_overrideTimer.IsArmed)
                _overrideTimer.ArmAfter(OverrideTimeout);
            return false;
        }
        return Socket.NoDelay || length == 0 || !_hasSmallSegment;
    }

    /// <summary>Sequence numbers between SND.NXT and the window's right edge; negative when the peer has taken some back.</summary>
    private int UsableWindow => (int)Math.Clamp((long)_sndWnd - (_sndNxt - _sndUna), int.MinValue, int.MaxValue);

    private bool HasUnsent => !_finSent && (_finPending || _sndNxt - _sndUna < _sendBuffer.Length);

    /// <summary>When nothing is in flight, no acknowledgement will come to move us on: a timer must.</summary>
    private void ArmForProgress()
    {
        if (!_retransmissionQueue.IsEmpty || !HasUnsent || !CanSendData)
        {
            _persistTimer.Cancel();
            return;
        }
        if (UsableWindow <= 0)
        {
            if (!_persistTimer.IsArmed)
                ArmPersistTimer();
        }
        else if (!_overrideTimer.IsArmed)
        {
            _overrideTimer.ArmAfter(OverrideTimeout);
        }
    }

    private void OverrideTimerExpired()
    {
        if (_awaitsSynData && State == TcpState.SynSent)
        {
            StartDelayedSyn();
            return;
        }
        if (State == TcpState.Closed || !HasUnsent)
            return;
        _isOverridden = true;
        SetPending();
    }

    /// <summary>RFC 5681, section 4.1: "a TCP SHOULD set cwnd to no more than RW before beginning transmission if the TCP has not sent data in an interval exceeding the RTO".</summary>
    private void RestartAfterIdle()
    {
        long idle = Now - _lastDataSentAt;
        if (Settings.RestartsAfterIdle && _recovery.Congestion is { } congestion && _lastDataSentAt != 0 && idle > _rtt.Base)
            congestion.OnIdle(Now, idle, _rtt.Base);
    }
}
