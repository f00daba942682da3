namespace IoPkt.Stack;

/// <summary>How much the user may queue.</summary>
internal sealed partial class TcpConnection
{
    private bool _wantsWritable;
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
        // With a low-water mark it's sending, and not an acknowledgement, that makes room.
        if (NotSentLimit != int.MaxValue)
            NotifyWritable();
    }

    /// <summary>With auto-tuning, and memory to spare, twice what the congestion window lets be in flight: one half is on the way, the other ready to follow.</summary>
    private int SendLimit
    {
        get
        {
            int limit = Socket.Options.SendBuffer;
            if (Pressure == PoolPressure.Critical)
                return Math.Min(limit, LeastSpace);
            if (Pressure == PoolPressure.Low || Socket.Options.IsSendBufferFixed || !Settings.SendBufferAutotuning || _recovery.Congestion is not { } congestion)
                return limit;
            return (int)Math.Clamp(2L * congestion.Window, limit, Math.Max(limit, Settings.MaximumSendBuffer));
        }
    }

    /// <summary>Tells the user once there's room worth waking up for: a third of the buffer.</summary>
    private void NotifyWritable()
    {
        if (!_wantsWritable || _finPending || SendSpace < Math.Min(SendLimit, NotSentLimit) / 3)
            return;
        _wantsWritable = false;
        Socket.SpaceFreed();
    }
}
