using System.Diagnostics.CodeAnalysis;

namespace IoPkt.Stack;

/// <summary>What a neighbour cache asks of its protocol.</summary>
internal interface INeighborSolicitor
{
    /// <summary>Asks for a neighbour's address: the neighbour itself if <paramref name="known"/> is given, else everybody on the link.</summary>
    void Solicit(in InetAddress target, MacAddress? known);

    /// <summary>A packet whose neighbour didn't answer. Ownership passes.</summary>
    void Undeliverable(Mbuf packet);

    /// <summary>Who kept a neighbour's link address has to forget it.</summary>
    void Changed();

    /// <summary>A waiting packet was dropped because too many waited.</summary>
    void WaitingDropped();
}

/// <summary>The neighbours of one network protocol on one Ethernet link. Bounded in entries and in packets that wait.</summary>
/// <param name="link">Where resolved packets go.</param>
/// <param name="stack">Clock and timers.</param>
/// <param name="etherType">The network protocol.</param>
/// <param name="solicitor">How to ask.</param>
internal sealed class NeighborCache(EthernetLink link, NetworkStack stack, ushort etherType, INeighborSolicitor solicitor)
{
    private const long Second = 1_000_000;

    /// <summary>RFC 1122, section 2.3.2.1: no more than one request a second to one destination.</summary>
    private const long RetryInterval = Second;

    /// <summary>Requests before giving up. RFC 4861, section 10: MAX_MULTICAST_SOLICIT and MAX_UNICAST_SOLICIT.</summary>
    private const int MaximumAttempts = 3;

    /// <summary>How long packets to a neighbour that didn't answer are refused at once. Short: a host that boots should be found soon.</summary>
    private const long FailedTime = 3 * Second;

    private readonly Dictionary<InetAddress, Neighbor> _neighbors = [];
    private Neighbor? _last;

    /// <summary>How long an answer is believed. RFC 1122, section 2.3.2.1 wants out-of-date entries flushed, "on the order of a minute".</summary>
    public long ReachableTime { get; set; } = 60 * Second;

    /// <summary>How long an unused entry is kept after that (NetBSD keeps ARP entries 20 minutes).</summary>
    public long StaleTime { get; set; } = 1200 * Second;

    public int MaximumEntries { get; set; } = 4096;

    /// <summary>
    /// Packets that wait for one neighbour; when there are more, the oldest goes (RFC 4861, section 7.2.2). Enough for the 45 fragments of the largest datagram at MTU 1500,
    /// so that it isn't lost for being the first.
    /// </summary>
    public int MaximumWaiting { get; set; } = 64;

    public IEnumerable<Neighbor> All => _neighbors.Values;

    public bool TryFind(in InetAddress address, [MaybeNullWhen(false)] out Neighbor neighbor) => _neighbors.TryGetValue(address, out neighbor);

    /// <summary>Sends a packet to a neighbour, or keeps it until there's an answer. Ownership passes.</summary>
    public Errno Send(Mbuf packet, in InetAddress nextHop)
    {
        Neighbor? neighbor = _last;
        if (neighbor is null || neighbor.Address != nextHop)
        {
            if (!_neighbors.TryGetValue(nextHop, out neighbor))
                neighbor = Add(nextHop);
            _last = neighbor;
        }
        neighbor.LastUsed = stack.Clock.Now;
        switch (neighbor.State)
        {
            case NeighborState.Incomplete:
                Wait(neighbor, packet);
                return Errno.None;
            case NeighborState.Failed:
                packet.Free();
                return Errno.HostDown;
            case NeighborState.Stale:
                Probe(neighbor);
                break;
        }
        link.Transmit(packet, neighbor.Header);
        return Errno.None;
    }

    /// <summary>The link header of packets to a neighbour that needs no confirmation now.</summary>
    /// <returns>Whether it's such a neighbour.</returns>
    public bool TryGetHeader(in InetAddress address, Span<byte> header)
    {
        if (!_neighbors.TryGetValue(address, out Neighbor? neighbor) || neighbor.State is not (NeighborState.Reachable or NeighborState.Probing or NeighborState.Static))
            return false;
        neighbor.Header.CopyTo(header);
        return true;
    }

    /// <summary>A neighbour has told its address, in an answer or in a question to us.</summary>
    /// <param name="address">Whose.</param>
    /// <param name="linkAddress">What it said.</param>
    /// <param name="create">Make an entry if there's none.</param>
    /// <param name="isAnswer">It answered us: the way there works in both directions. Else the entry is only stale.</param>
    /// <returns>Whether there was something to learn. A static entry doesn't change.</returns>
    public bool Learn(in InetAddress address, MacAddress linkAddress, bool create, bool isAnswer)
    {
        if (!_neighbors.TryGetValue(address, out Neighbor? neighbor))
        {
            if (!create)
                return false;
            neighbor = Insert(address);
        }
        else if (neighbor.State == NeighborState.Static)
        {
            return neighbor.LinkAddress == linkAddress;
        }
        else if (!isAnswer && neighbor.State == NeighborState.Reachable && neighbor.LinkAddress == linkAddress)
        {
            return true;
        }
        SetLinkAddress(neighbor, linkAddress);
        neighbor.Attempts = 0;
        neighbor.State = isAnswer ? NeighborState.Reachable : NeighborState.Stale;
        neighbor.Timer.ArmAfter(isAnswer ? ReachableTime : StaleTime);
        while (neighbor.Waiting.TryDequeue(out Mbuf? packet))
            link.Transmit(packet, neighbor.Header);
        return true;
    }

    /// <summary>Enters a neighbour by hand, in place of what was learned.</summary>
    public void SetStatic(in InetAddress address, MacAddress linkAddress)
    {
        Learn(address, linkAddress, create: true, isAnswer: true);
        Neighbor neighbor = _neighbors[address];
        SetLinkAddress(neighbor, linkAddress);
        neighbor.State = NeighborState.Static;
        neighbor.Timer.Cancel();
    }

    /// <returns>Whether there was such an entry.</returns>
    public bool Remove(in InetAddress address)
    {
        if (!_neighbors.Remove(address, out Neighbor? removed))
            return false;
        Forget(removed);
        return true;
    }

    /// <summary>Forgets what was learned. What was entered by hand stays.</summary>
    public void Flush()
    {
        foreach (Neighbor neighbor in _neighbors.Values.Where(n => n.State != NeighborState.Static).ToArray())
            Remove(neighbor.Address);
    }

    internal void Expired(Neighbor neighbor)
    {
        switch (neighbor.State)
        {
            case NeighborState.Incomplete when neighbor.Attempts < MaximumAttempts:
                Solicit(neighbor, null);
                break;
            case NeighborState.Incomplete:
                Fail(neighbor);
                break;
            case NeighborState.Reachable:
                neighbor.State = NeighborState.Stale;
                neighbor.Timer.ArmAfter(StaleTime);
                break;
            case NeighborState.Probing when neighbor.Attempts < MaximumAttempts:
                Solicit(neighbor, neighbor.LinkAddress);
                break;
            default:
                // Stale and long unused, probed without an answer, or failed long enough: the next packet starts afresh.
                Remove(neighbor.Address);
                break;
        }
    }

    private Neighbor Add(in InetAddress address)
    {
        Neighbor added = Insert(address);
        Solicit(added, null);
        return added;
    }

    private Neighbor Insert(in InetAddress address)
    {
        if (_neighbors.Count >= MaximumEntries)
            Evict();
        Neighbor added = new(this, stack.Timers, address) { LastUsed = stack.Clock.Now };
        _neighbors.Add(address, added);
        return added;
    }

    /// <summary>
    /// Makes room. Entries that never had an answer go first, so that a scan of the network through us can't push out neighbours in use.
    /// </summary>
    private void Evict()
    {
        Neighbor? victim = null;
        foreach (Neighbor candidate in _neighbors.Values)
        {
            if (candidate.State != NeighborState.Static && (victim is null || Rank(candidate).CompareTo(Rank(victim)) < 0))
                victim = candidate;
        }
        if (victim is not null)
            Remove(victim.Address);

        static (bool Known, long Used) Rank(Neighbor n) => (n.State is not (NeighborState.Incomplete or NeighborState.Failed), n.LastUsed);
    }

    private void Wait(Neighbor neighbor, Mbuf packet)
    {
        if (neighbor.Waiting.Count >= MaximumWaiting && neighbor.Waiting.TryDequeue(out Mbuf? oldest))
        {
            oldest.Free();
            solicitor.WaitingDropped();
        }
        neighbor.Waiting.Enqueue(packet);
    }

    private void Probe(Neighbor neighbor)
    {
        neighbor.State = NeighborState.Probing;
        neighbor.Attempts = 0;
        Solicit(neighbor, neighbor.LinkAddress);
    }

    private void Solicit(Neighbor neighbor, MacAddress? known)
    {
        neighbor.Attempts++;
        neighbor.Timer.ArmAfter(RetryInterval);
        solicitor.Solicit(neighbor.Address, known);
    }

    private void Fail(Neighbor neighbor)
    {
        neighbor.State = NeighborState.Failed;
        neighbor.Timer.ArmAfter(FailedTime);
        MbufQueue undeliverable = neighbor.Waiting;
        neighbor.Waiting = default;
        while (undeliverable.TryDequeue(out Mbuf? packet))
            solicitor.Undeliverable(packet);
    }

    private void Forget(Neighbor neighbor)
    {
        solicitor.Changed();
        neighbor.Timer.Cancel();
        neighbor.Waiting.FreeAll();
        if (_last == neighbor)
            _last = null;
    }

    private void SetLinkAddress(Neighbor neighbor, MacAddress linkAddress)
    {
        if (neighbor.LinkAddress != linkAddress)
            solicitor.Changed();
        neighbor.LinkAddress = linkAddress;
        link.WriteHeader(neighbor.Header, linkAddress, etherType);
    }
}
