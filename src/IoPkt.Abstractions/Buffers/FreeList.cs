namespace IoPkt;

/// <summary>The unused buffers of one kind that no thread keeps at hand.</summary>
/// <param name="name">As <c>netstat -m</c> calls it.</param>
/// <param name="size">Bytes of one.</param>
/// <param name="pages">Where more comes from.</param>
/// <param name="quantum">Bytes that are taken there at one time, at least.</param>
/// <param name="left">Bytes of pages that it leaves for kinds of smaller buffers: what it has taken never becomes theirs.</param>
/// <param name="create">Makes the managed handle of a new piece of memory.</param>
internal sealed class FreeList<T>(string name, int size, PageSource pages, int quantum, long left, Func<nint, T> create) where T : class
{
    private readonly Lock _lock = new();
    private readonly Stack<T> _free = new();
    private long _total;
    private long _failures;

    /// <summary>How scarce it is. A moment's estimate, without the lock.</summary>
    /// <param name="pageBytes">What the pages still have.</param>
    public PoolPressure GetPressure(long pageBytes)
    {
        long unused = Math.Max(0, pageBytes - left) / size, total = _total;
        if (total == 0)
            return PoolPressure.None;
        long available = _free.Count + unused;
        total += unused;
        return available < total / 16 ? PoolPressure.Dry : available < total / 8 ? PoolPressure.Critical : available < total / 4 ? PoolPressure.Low : PoolPressure.None;
    }

    /// <returns><c>null</c> when nothing is free and the memory limit is reached; that is counted.</returns>
    public T? Take()
    {
        lock (_lock)
        {
            if (_free.Count == 0 && !Grow())
            {
                _failures++;
                return null;
            }
            return _free.Pop();
        }
    }

    public void Give(T item)
    {
        lock (_lock)
            _free.Push(item);
    }

    public BufferStatistics GetStatistics(long cached)
    {
        lock (_lock)
            return new BufferStatistics(name, size, _total - _free.Count - cached, cached, _total, _failures);
    }

    private bool Grow()
    {
        nint memory = pages.Allocate(size, quantum, left, out int bytes);
        if (memory == 0)
            return false;
        for (int offset = 0; offset + size <= bytes; offset += size)
        {
            _free.Push(create(memory + offset));
            _total++;
        }
        return true;
    }
}
