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

    /// <summary>A neighbour has another link address than before.</summary>
    void Moved();

    /// <summary>A neighbour is asked because a protocol above gets no answers.</summary>
    void Suspected();
}

/// <summary>The neighbours of one network protocol on one Ethernet link. Bounded in entries and in packets that wait.</summary>
/// <param name="link">Where resolved packets go.</param>
/// <param name="stack">Clock and timers.</param>
/// <param name="etherType">The network protocol.</param>
/// <param name="settings">Times and limits.</param>
/// <param name="solicitor">How to ask.</param>
internal sealed partial class NeighborCache(EthernetLink link, NetworkStack stack, ushort etherType, NeighborCacheSettings settings, INeighborSolicitor solicitor)
{
    /// <summary>How long packets to a neighbour that didn't answer are refused at once, in microseconds. Short: a host that boots should be found soon.</summary>
    private const long FailedTime = 3_000_000;

    private readonly Dictionary<InetAddress, Neighbor> _neighbors = [];
    private Neighbor? _last;

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
                Use(neighbor);
                break;
        }
        link.Transmit(packet, neighbor.Header);
        return Errno.None;
    }

    /// <summary>The link header of packets to a neighbour that needs no confirmation now.</summary>
    /// <returns>Whether it's such a neighbour.</returns>
    public bool TryGetHeader(in InetAddress address, Span<byte> header)
    {
        if (!_neighbors.TryGetValue(address, out Neighbor? neighbor) || neighbor.State is not (NeighborState.Reachable or NeighborState.Delay or NeighborState.Probe or NeighborState.Static))
            return false;
        neighbor.Header.CopyTo(header);
        return true;
    }

    /// <summary>A neighbour has told its address, in an answer or in a question to us.</summary>
    /// <param name="address">Whose.</param>
    /// <param name="linkAddress">What it said.</param>
    /// <param name="create">Make an entry if there's none.</param>
    /// <param name="isAnswer">It's an answer to us. If we asked, the way there works in both directions; else the entry is only stale (RFC 4861, section 7.2.5).</param>
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
        bool wasAsked = neighbor.State is NeighborState.Incomplete or NeighborState.Probe;
        if (isAnswer && wasAsked)
        {
            SetLinkAddress(neighbor, linkAddress);
            Reached(neighbor);
        }
        else if (neighbor.LinkAddress != linkAddress)
        {
            // RFC 826: "update the sender hardware address field of the entry with the new information in the packet", whatever kind of packet it is.
            SetLinkAddress(neighbor, linkAddress);
            neighbor.State = NeighborState.Stale;
            neighbor.Timer.ArmAfter(Microseconds(settings.StaleTime));
        }
        if (neighbor.Waiting.Count > 0 && neighbor.State == NeighborState.Stale)
            Use(neighbor);
        while (neighbor.Waiting.TryDequeue(out Mbuf? packet))
            link.Transmit(packet, neighbor.Header);
        return true;
    }

    /// <summary>Enters a neighbour by hand, in place of what was learned.</summary>
    public void SetStatic(in InetAddress address, MacAddress linkAddress)
    {
        Learn(address, linkAddress, create: true, isAnswer: false);
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

    private Neighbor Add(in InetAddress address)
    {
        Neighbor added = Insert(address);
        AskEverybody(added);
        return added;
    }

    private Neighbor Insert(in InetAddress address)
    {
        if (_neighbors.Count >= settings.MaximumEntries)
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
        if (neighbor.Waiting.Count >= settings.MaximumWaiting && neighbor.Waiting.TryDequeue(out Mbuf? oldest))
        {
            oldest.Free();
            solicitor.WaitingDropped();
        }
        neighbor.Waiting.Enqueue(packet);
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
        // The header still has the last one, also of a neighbour that was lost in between.
        MacAddress before = MacAddress.Read(neighbor.Header);
        if (before != linkAddress && !before.IsZero)
            solicitor.Moved();
        neighbor.LinkAddress = linkAddress;
        link.WriteHeader(neighbor.Header, linkAddress, etherType);
    }

    private static long Microseconds(TimeSpan time) => (long)time.TotalMicroseconds;
}
