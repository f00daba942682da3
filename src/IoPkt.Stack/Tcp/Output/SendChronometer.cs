namespace IoPkt.Stack;

/// <summary>What a connection's sending waits for.</summary>
internal enum SendState
{
    /// <summary>Nothing to send, nothing to be acknowledged.</summary>
    Idle,
    Busy,
    /// <summary>The peer's window keeps data back.</summary>
    WindowLimited,
    /// <summary>Everything the send buffer holds is in flight, and there's no room in it for more, though window and path would take it.</summary>
    BufferLimited,
}

/// <summary>How long a connection has been in each <see cref="SendState"/>: TCP_INFO's busy_time, rwnd_limited and sndbuf_limited.</summary>
internal struct SendChronometer
{
    private SendState _state;
    private long _since;
    private long _busy;
    private long _windowLimited;
    private long _bufferLimited;

    public void Enter(SendState state, long now)
    {
        if (state == _state)
            return;
        _busy = Total(SendState.Busy, now);
        _windowLimited = Total(SendState.WindowLimited, now);
        _bufferLimited = Total(SendState.BufferLimited, now);
        _state = state;
        _since = now;
    }

    /// <summary>Microseconds until now; those of <see cref="SendState.Busy"/> include the limited ones.</summary>
    public readonly long Total(SendState state, long now) => state switch
    {
        SendState.Busy => _busy + (_state == SendState.Idle ? 0 : now - _since),
        SendState.WindowLimited => _windowLimited + (_state == SendState.WindowLimited ? now - _since : 0),
        SendState.BufferLimited => _bufferLimited + (_state == SendState.BufferLimited ? now - _since : 0),
        _ => 0,
    };
}
