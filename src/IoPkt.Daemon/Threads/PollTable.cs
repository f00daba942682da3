namespace IoPkt.Daemon.Threads;

/// <summary>
/// What a packet thread's descriptors are for. Any thread adds and removes; the packet thread finds, without a lock. A key holds the number of times its place
/// has been used, so that an event on its way never reaches the place's next owner.
/// </summary>
internal sealed class PollTable
{
    private readonly Lock _lock = new();
    private readonly Stack<int> _free = new();
    private volatile Entry[] _entries = new Entry[64];
    private int _used;
    private int _count;

    /// <summary>Descriptors in the table; read without a lock it's a moment old.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <returns>The key, to be the data of the descriptor's events.</returns>
    public ulong Add(object target)
    {
        lock (_lock)
        {
            if (!_free.TryPop(out int slot))
            {
                slot = _used++;
                if (slot == _entries.Length)
                {
                    // Readers of the old array miss nothing: what's new isn't watched yet.
                    Entry[] grown = new Entry[2 * slot];
                    _entries.CopyTo(grown, 0);
                    _entries = grown;
                }
            }
            _count++;
            ref Entry entry = ref _entries[slot];
            entry.Target = target;
            return (ulong)entry.Generation << 32 | (uint)slot;
        }
    }

    /// <returns>What was in the place; <c>null</c> if it's empty.</returns>
    public object? Remove(int slot)
    {
        lock (_lock)
        {
            ref Entry entry = ref _entries[slot];
            object? target = entry.Target;
            if (target is null)
                return null;
            entry.Target = null;
            entry.Generation++;
            _free.Push(slot);
            _count--;
            return target;
        }
    }

    public object? Find(ulong key)
    {
        ref Entry entry = ref _entries[(int)(uint)key];
        object? target = Volatile.Read(ref entry.Target);
        return Volatile.Read(ref entry.Generation) == (uint)(key >> 32) ? target : null;
    }

    private struct Entry
    {
        public object? Target;
        public uint Generation;
    }
}
