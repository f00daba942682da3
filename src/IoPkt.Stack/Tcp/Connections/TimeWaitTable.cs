namespace IoPkt.Stack;

/// <summary>
/// Connections in TIME-WAIT. All wait equally long, so they're a queue in order of their ends with one timer for all; each keeps nothing but the numbers that
/// it needs to answer.
/// </summary>
internal sealed class TimeWaitTable
{
    private readonly TcpProtocol _tcp;
    private readonly StackTimer _timer;
    private TimeWaitEntry? _first;
    private TimeWaitEntry? _last;

    public TimeWaitTable(TcpProtocol tcp)
    {
        _tcp = tcp;
        _timer = new StackTimer(tcp.Stack.Timers, RemoveExpired);
    }

    public int Count { get; private set; }

    public void Add(TimeWaitEntry entry)
    {
        if (Count >= _tcp.Settings.MaximumTimeWaits && _first is not null)
        {
            _tcp.Counters.TimeWaitOverflows.Increment();
            Remove(_first);
        }
        Append(entry);
        _tcp.Connections.Add(entry);
    }

    /// <summary>RFC 9293, section 3.10.7.4, on a retransmitted FIN: "Restart the 2 MSL time-wait timeout".</summary>
    public void Restart(TimeWaitEntry entry)
    {
        Unlink(entry);
        Append(entry);
    }

    public void Remove(TimeWaitEntry entry)
    {
        Unlink(entry);
        _tcp.Connections.Remove(entry);
        entry.Socket.TimeWaitEnded();
    }

    private void Append(TimeWaitEntry entry)
    {
        entry.Deadline = _tcp.Stack.Clock.Now + (long)_tcp.Settings.TimeWait.TotalMicroseconds;
        entry.Previous = _last;
        entry.Next = null;
        if (_last is null)
            _first = entry;
        else
            _last.Next = entry;
        _last = entry;
        Count++;
        if (!_timer.IsArmed)
            _timer.Arm(entry.Deadline);
    }

    private void Unlink(TimeWaitEntry entry)
    {
        if (entry.Previous is null)
            _first = entry.Next;
        else
            entry.Previous.Next = entry.Next;
        if (entry.Next is null)
            _last = entry.Previous;
        else
            entry.Next.Previous = entry.Previous;
        Count--;
    }

    private void RemoveExpired()
    {
        while (_first is { } first && first.Deadline <= _tcp.Stack.Clock.Now)
            Remove(first);
        if (_first is not null)
            _timer.Arm(_first.Deadline);
    }
}
