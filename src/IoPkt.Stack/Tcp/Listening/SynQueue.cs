namespace IoPkt.Stack;

/// <summary>The half-open connections of one listener, with one timer for all their SYN-ACKs.</summary>
internal sealed class SynQueue
{
    /// <summary>Microseconds.</summary>
    private const long Resolution = 10_000;

    private readonly TcpProtocol _tcp;
    private readonly Action<HalfOpenConnection> _expired;
    private readonly StackTimer _timer;
    private HalfOpenConnection? _first;

    /// <param name="tcp">The protocol.</param>
    /// <param name="expired">Called for each whose deadline has passed; it sets another or removes it.</param>
    public SynQueue(TcpProtocol tcp, Action<HalfOpenConnection> expired)
    {
        _tcp = tcp;
        _expired = expired;
        _timer = new StackTimer(tcp.Stack.Timers, RunExpired);
    }

    public int Count { get; private set; }

    public void Add(HalfOpenConnection entry)
    {
        entry.Next = _first;
        if (_first is not null)
            _first.Previous = entry;
        _first = entry;
        Count++;
        _tcp.Connections.Add(entry);
    }

    public void Remove(HalfOpenConnection entry)
    {
        if (entry.Previous is null)
            _first = entry.Next;
        else
            entry.Previous.Next = entry.Next;
        if (entry.Next is not null)
            entry.Next.Previous = entry.Previous;
        entry.Previous = entry.Next = null;
        Count--;
        _tcp.Connections.Remove(entry);
    }

    public void Clear()
    {
        _timer.Retire();
        while (_first is { } first)
            Remove(first);
    }

    public void Schedule(HalfOpenConnection entry, long deadline)
    {
        entry.Deadline = deadline;
        if (deadline < _timer.Deadline)
            _timer.Arm(deadline);
    }

    private void RunExpired()
    {
        long now = _tcp.Stack.Clock.Now, earliest = long.MaxValue;
        for (HalfOpenConnection? entry = _first; entry is not null;)
        {
            HalfOpenConnection? next = entry.Next;
            if (entry.Deadline <= now)
                _expired(entry);
            entry = next;
        }
        for (HalfOpenConnection? entry = _first; entry is not null; entry = entry.Next)
            earliest = Math.Min(earliest, entry.Deadline);
        // The walk is long, and the deadlines are seconds: those within a few milliseconds share one.
        if (earliest != long.MaxValue)
            _timer.Arm(Math.Max(earliest, now + Resolution));
    }
}
