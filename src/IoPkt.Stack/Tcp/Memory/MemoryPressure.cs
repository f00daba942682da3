namespace IoPkt.Stack;

/// <summary>
/// What TCP does when the packet pool is nearly used up. Each socket's buffers are bounded, but all of them together may be promised more than there is. So windows stop growing first, then
/// everything that peers will send again is given up, and each connection is left a little, by which all of them go on.
/// </summary>
internal sealed class MemoryPressure
{
    /// <summary>Microseconds. Without memory no packet arrives, so only a timer can notice that there's some again.</summary>
    private const long Interval = 100_000;

    private readonly TcpProtocol _tcp;
    private readonly StackTimer _timer;
    private long _batch;

    public MemoryPressure(TcpProtocol tcp)
    {
        _tcp = tcp;
        _timer = new StackTimer(tcp.Stack.Timers, Check);
    }

    /// <summary>As it was at the batch's first question.</summary>
    public PoolPressure Level
    {
        get
        {
            if (_batch != _tcp.Stack.BatchNumber)
            {
                _batch = _tcp.Stack.BatchNumber;
                field = _tcp.Stack.Pool.Pressure;
            }
            return field;
        }
    }

    /// <summary>As it is this moment. Whoever gets less for it is told when that's over, though it be over before the batch is.</summary>
    public PoolPressure Ask()
    {
        PoolPressure level = _tcp.Stack.Pool.Pressure;
        if (level != PoolPressure.None && !_timer.IsArmed)
        {
            _tcp.Counters.PressureEntered.Increment();
            _timer.ArmAfter(Interval);
        }
        return level;
    }

    /// <summary>The end of a batch.</summary>
    public void Watch()
    {
        if (_timer.IsArmed || Level == PoolPressure.None)
            return;
        _tcp.Counters.PressureEntered.Increment();
        Check();
    }

    private void Check()
    {
        PoolPressure level = _tcp.Stack.Pool.Pressure;
        foreach (TcpSocket socket in _tcp.Sockets)
            socket.Connection?.MemoryChanged(level);
        if (level != PoolPressure.None)
            _timer.ArmAfter(Interval);
    }
}
