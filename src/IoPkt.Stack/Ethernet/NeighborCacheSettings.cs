namespace IoPkt.Stack;

/// <summary>How neighbours are asked for and how long they're believed. Names are those of NetBSD's <c>net.inet.arp</c>, defaults RFC 4861's, section 10.</summary>
public sealed class NeighborCacheSettings
{
    /// <summary><c>nd_reachable</c>: how long an answer, or a sign from a protocol above, is believed. RFC 1122, section 2.3.2.1 wants out-of-date entries flushed, "on the order of a minute".</summary>
    public TimeSpan ReachableTime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary><c>nd_delay</c>: how long a protocol above has to show that a stale neighbour still answers before it's asked.</summary>
    public TimeSpan DelayTime { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary><c>nd_retrans</c>: between two questions. RFC 1122, section 2.3.2.1: no more than one a second to one destination.</summary>
    public TimeSpan RetransmitTime { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary><c>nd_umaxtries</c>: questions to the neighbour itself before everybody is asked.</summary>
    public int UnicastAttempts { get; set; } = 3;

    /// <summary><c>nd_bmaxtries</c>: questions to everybody before we give up.</summary>
    public int BroadcastAttempts { get; set; } = 3;

    /// <summary><c>nd_nud</c>: known neighbours are asked whether they're still there. Else an address is believed until it's out of use, or another is announced.</summary>
    public bool DetectUnreachability { get; set; } = true;

    /// <summary><c>keep</c>: how long an entry that's stale and not used is kept (NetBSD keeps ARP entries 20 minutes).</summary>
    public TimeSpan StaleTime { get; set; } = TimeSpan.FromMinutes(20);

    /// <summary><c>maxentries</c>: neighbours of one interface.</summary>
    public int MaximumEntries { get; set; } = 4096;

    /// <summary>
    /// <c>maxqueuelen</c>: packets that wait for one neighbour; when there are more, the oldest goes (RFC 4861, section 7.2.2). Enough for the 45 fragments of the largest datagram at
    /// MTU 1500, so that it isn't lost for being the first.
    /// </summary>
    public int MaximumWaiting { get; set; } = 64;

    internal void AddTo(SysctlGroup group)
    {
        TimeSpan second = TimeSpan.FromSeconds(1), millisecond = TimeSpan.FromMilliseconds(1);
        group.Time("nd_reachable", "How long a neighbour is believed after an answer or a sign of life, in ms", millisecond, () => ReachableTime, v => ReachableTime = v, 1, 3_600_000);
        group.Time("nd_delay", "How long a sign of life is waited for before a stale neighbour in use is asked, in seconds", second, () => DelayTime, v => DelayTime = v, 0, 3600);
        group.Time("nd_retrans", "Time between two questions, in ms", millisecond, () => RetransmitTime, v => RetransmitTime = v, 1, 3_600_000);
        group.Number("nd_umaxtries", "Questions to a known neighbour before everybody is asked", () => UnicastAttempts, v => UnicastAttempts = v, 0, 100);
        group.Number("nd_bmaxtries", "Questions to everybody before giving up", () => BroadcastAttempts, v => BroadcastAttempts = v, 1, 100);
        group.Flag("nd_nud", "Known neighbours are asked whether they are still there (RFC 4861)", () => DetectUnreachability, v => DetectUnreachability = v);
        group.Time("keep", "How long an unused entry is kept, in seconds", second, () => StaleTime, v => StaleTime = v, 1, 86400);
        group.Number("maxentries", "Neighbours of one interface", () => MaximumEntries, v => MaximumEntries = v, 16, 1 << 20);
        group.Number("maxqueuelen", "Packets that wait for one neighbour's address", () => MaximumWaiting, v => MaximumWaiting = v, 1, 1024);
    }
}
