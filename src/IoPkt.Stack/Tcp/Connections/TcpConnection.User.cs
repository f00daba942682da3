namespace IoPkt.Stack;

/// <summary>The user's calls on a connection: RFC 9293, section 3.10.</summary>
internal sealed partial class TcpConnection
{
    public int SendQueued => _sendBuffer.Length;

    public int SendSpace => SpaceWithin(SendLimit);

    /// <summary>As long as the SYN waits for data, what it takes.</summary>
    private int SpaceWithin(int limit) => Math.Max(0, Math.Min(_awaitsSynData ? SynDataRoom : limit - _sendBuffer.Length, NotSentLimit - NotSent));

    private int NotSentLimit => Socket.NotSentLowWater > 0 ? Socket.NotSentLowWater : Settings.NotSentLowWater;

    /// <summary>Bytes that have never been sent.</summary>
    private int NotSent => Math.Max(0, _sendBuffer.Length - (_sndNxt - _sndUna));

    /// <summary><see cref="IInterfaceOutput.Affinity"/></summary>
    public int Affinity => _route.Interface?.Affinity(Local, Remote, TcpProtocol.Number) ?? -1;

    /// <summary>The user has closed its sending side.</summary>
    public bool IsSendEnd => _finPending;

    /// <summary>SEND: section 3.10.2.</summary>
    public Errno Send(Mbuf data)
    {
        if (_finPending)
        {
            data.Free();
            return Errno.BrokenPipe;
        }
        if (_retransmissionQueue.IsEmpty && _sendBuffer.Length == 0)
            RestartAfterIdle();
        CheckApplicationLimited();
        _sendBuffer.Append(data);
        NoteSendSpace();
        StartHandshake();
        // "If the calling process … the data segments are queued until the connection is established".
        if (IsSynchronized || IsFastOpened)
            SetPending();
        return Errno.None;
    }

    public void EndRecord() => _sendBuffer.EndRecord();

    /// <summary>CLOSE, section 3.10.4: no more data will follow those that are queued.</summary>
    public void CloseSending()
    {
        if (_finPending)
            return;
        _finPending = true;
        switch (State)
        {
            case TcpState.Established:
                Enter(TcpState.FinWait1);
                break;
            case TcpState.CloseWait:
                Enter(TcpState.LastAck);
                break;
        }
        if (IsSynchronized)
            SetPending();
    }

    /// <summary>Nobody uses the connection any more. It closes in order, or at once if that would lose data unseen.</summary>
    public void Orphan()
    {
        if (State is TcpState.SynSent && (!Socket.FastOpenConnect || _sendBuffer.Length == 0))
        {
            // "Delete the TCB": nothing is known at the other end. With Fast Open the user may have written already, believing itself connected.
            Finish();
            return;
        }
        // RFC 2525, section 2.17: closing with data unread, the peer must learn that they were lost.
        // RFC 9293, section 3.9.1.5, and SO_LINGER with zero: an abort is what the user asked for.
        if (ReceiveBuffer.Length > 0 || Socket.Options.Linger == TimeSpan.Zero)
        {
            Abort();
            return;
        }
        if (_tcp.Orphans >= Settings.MaximumOrphans)
        {
            Counters.OrphansReset.Increment();
            Abort();
            return;
        }
        IsOrphan = true;
        _tcp.Orphans++;
        CloseSending();
        if (State == TcpState.FinWait2)
            StartFinWait2Timer();
    }

    /// <summary>ABORT, section 3.10.5: "&lt;SEQ=SND.NXT&gt;&lt;CTL=RST&gt;".</summary>
    public void Abort()
    {
        if (State is TcpState.SynReceived or TcpState.Established or TcpState.FinWait1 or TcpState.FinWait2 or TcpState.CloseWait
            or TcpState.Closing or TcpState.LastAck)
        {
            SendReset(_sndNxt);
        }
        if (State != TcpState.Closed)
            Finish();
    }

    /// <summary>The user has consumed data: RECEIVE, section 3.10.3.</summary>
    public void Consumed(int count)
    {
        TuneReceiveBuffer(count);
        if (IsWindowUpdateDue())
        {
            _ackNow = true;
            _isWindowUpdate = true;
            SetPending();
        }
    }

    /// <summary>An option that decides what is sent has changed.</summary>
    public void Reconsider()
    {
        if (IsSynchronized)
            SetPending();
    }

    /// <summary>What waits for more is sent without.</summary>
    public void Push()
    {
        _isOverridden = true;
        Reconsider();
    }

    public void SetCongestionControl(string name)
    {
        _congestionName = name;
        if (_recovery.Congestion is not { } old || old.Name == name)
            return;
        _recovery.Congestion = CongestionControls.Create(name, old.SegmentSize, _deliveryRate, Stack.Random);
        _recovery.Congestion.Succeed(old);
    }
}
