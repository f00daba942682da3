namespace IoPkt.Stack;

/// <summary>How much the user may queue.</summary>
internal sealed partial class TcpConnection
{
    private bool _isShortOfSpace;
    private SendChronometer _chronometer;

    /// <summary>The end of a batch: everything that could be sent has been.</summary>
    private void NoteSendState()
    {
        SendState state = SendState.Busy;
        if (_retransmissionQueue.IsEmpty && !HasUnsent)
            state = SendState.Idle;
        else if (HasUnsent && (UsableWindow <= 0 || (_retransmissionQueue.IsEmpty && UsableWindow < Math.Min(SegmentDataSize, _sendBuffer.Length))))
            state = SendState.WindowLimited;
        else if (!HasUnsent && !_finPending && SendSpace == 0 && Congestion.Window > _recovery.InFlight)
            state = SendState.BufferLimited;
        _chronometer.Enter(state, Now);
        // With a low-water mark it's sending, and not an acknowledgement, that makes room; and timers, options and the state of the memory change what the buffer takes.
        NoteSendSpace();
    }

    /// <summary>With auto-tuning, and memory to spare, twice what the congestion window lets be in flight: one half is on the way, the other ready to follow.</summary>
    private int SendLimit
    {
        get
        {
            int limit = Socket.Options.SendBuffer;
            // Asked anew each time: the users of one batch together, or one with a large buffer, could fill the pool, and no header would be left to send any of it with.
            PoolPressure pressure = _tcp.Memory.Ask();
            if (pressure == PoolPressure.Dry)
                return 0;
            if (pressure == PoolPressure.Critical)
                return Math.Min(limit, LeastSpace);
            if (pressure == PoolPressure.Low || Socket.Options.IsSendBufferFixed || !Settings.SendBufferAutotuning || _recovery.Congestion is not { } congestion)
                return limit;
            return (int)Math.Clamp(2L * congestion.Window, limit, Math.Max(limit, Settings.MaximumSendBuffer));
        }
    }

    /// <summary>
    /// Tells the user that there's room worth waking up for, a third of the buffer, after there was less. The room shrinks not only by what is sent: with the congestion window, whose collapse may follow
    /// an acknowledgement that made room before the user has come to use it.
    /// </summary>
    public void NoteSendSpace()
    {
        int limit = SendLimit;
        bool isShort = SpaceWithin(limit) < Math.Max(1, Math.Min(limit, NotSentLimit) / 3);
        bool isFreed = _isShortOfSpace && !isShort && !_finPending;
        // Before the user is told, who may fill the buffer at once.
        _isShortOfSpace = isShort;
        if (isFreed)
            Socket.SpaceFreed();
    }
}
