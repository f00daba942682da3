namespace IoPkt.Stack;

/// <summary>
/// What a client knows of servers: RFC 7413, section 4.1.3, "The client MUST cache cookies from servers for later Fast Open connections", with the segment size
/// that came with them, and where Fast Open failed. Bounded; the entry that was used longest ago makes way.
/// </summary>
internal sealed class FastOpenCache(Clock clock)
{
    public const int Capacity = 1024;

    /// <summary>
    /// Section 4.1.3.1: "The client … should … cache negative responses", because a path that drops SYNs with data or with the option costs a timeout each time. An hour, in
    /// microseconds.
    /// </summary>
    private const long FailureLifetime = 3600L * 1_000_000;

    private readonly Dictionary<InetAddress, Entry> _entries = [];

    public int Count => _entries.Count;

    /// <summary>Whether the option may be sent there at all.</summary>
    public bool MayTry(in InetAddress server) => !_entries.TryGetValue(server, out Entry? entry) || clock.Now >= entry.AvoidUntil;

    /// <returns>Whether there's a cookie to use.</returns>
    public bool TryFind(in InetAddress server, out FastOpenCookie cookie)
    {
        cookie = default;
        if (!_entries.TryGetValue(server, out Entry? entry) || clock.Now < entry.AvoidUntil || entry.Cookie.Length == 0)
            return false;
        entry.UsedAt = clock.Now;
        cookie = entry.Cookie;
        return true;
    }

    /// <summary>The segment size that the server told last; 0: not known.</summary>
    public int MaximumSegmentOf(in InetAddress server) => _entries.GetValueOrDefault(server)?.MaximumSegment ?? 0;

    /// <summary>A SYN with the option, or with data, was answered. A cookie that comes with the answer replaces the one before.</summary>
    /// <param name="isRepeated">The SYN had been sent again, without: only a cookie tells that the first one arrived.</param>
    public void Answered(in InetAddress server, in TcpOptions options, bool isRepeated)
    {
        Entry entry = Get(server);
        entry.MaximumSegment = options.MaximumSegmentSize;
        bool hasCookie = options.HasFastOpen && options.FastOpen.Length > 0;
        if (hasCookie)
            entry.Cookie = options.FastOpen;
        if (hasCookie || !isRepeated)
        {
            entry.Failures = 0;
            entry.AvoidUntil = 0;
        }
    }

    public void Clear() => _entries.Clear();

    /// <summary>A SYN with the option, or with data, had to be sent again without. Once may be chance.</summary>
    public void Failed(in InetAddress server)
    {
        Entry entry = Get(server);
        if (++entry.Failures > 1)
            entry.AvoidUntil = clock.Now + FailureLifetime;
    }

    private Entry Get(in InetAddress server)
    {
        if (!_entries.TryGetValue(server, out Entry? entry))
        {
            if (_entries.Count >= Capacity)
                EvictOldest();
            entry = new Entry();
            _entries.Add(server, entry);
        }
        entry.UsedAt = clock.Now;
        return entry;
    }

    private void EvictOldest()
    {
        InetAddress oldest = default;
        long usedAt = long.MaxValue;
        foreach ((InetAddress server, Entry entry) in _entries)
        {
            if (entry.UsedAt < usedAt)
                (oldest, usedAt) = (server, entry.UsedAt);
        }
        _entries.Remove(oldest);
    }

    private sealed class Entry
    {
        public FastOpenCookie Cookie;
        public int MaximumSegment;
        public int Failures;
        public long AvoidUntil;
        public long UsedAt;
    }
}
