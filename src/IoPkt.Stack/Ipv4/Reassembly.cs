namespace IoPkt.Stack;

internal enum FragmentVerdict
{
    Kept,
    Dropped,
    Overlap,
    Complete,
}

/// <summary>One datagram whose fragments are coming in. Reused, so that fragments cost no allocation.</summary>
internal sealed class Reassembly
{
    /// <summary>RFC 1122, section 3.3.2 asks for 60 to 120 s, which lets a sender's identification come round; 30 s is what Linux and BSD use.</summary>
    private const long Timeout = 30_000_000;

    private const byte NotEct = 0;
    private const byte CongestionExperienced = 3;

    private readonly List<Fragment> _fragments = [];
    private readonly StackTimer _timer;
    private int _received;
    private int _total;
    private bool _poisoned;

    public Reassembly(Ipv4Reassembler owner, TimerQueue timers)
    {
        _timer = new StackTimer(timers, () => owner.TimedOut(this));
        Node = new LinkedListNode<Reassembly>(this);
    }

    public LinkedListNode<Reassembly> Node { get; }

    public FragmentKey Key { get; private set; }

    public int Count => _fragments.Count;

    /// <summary>Bytes of packet memory that the fragments hold.</summary>
    public long Memory { get; private set; }

    /// <summary>The fragment with offset 0, if it has come.</summary>
    public Mbuf? First => _fragments.Count > 0 && _fragments[0].Start == 0 ? _fragments[0].Packet : null;

    public void Begin(FragmentKey key)
    {
        Key = key;
        _received = 0;
        _total = -1;
        _poisoned = false;
        _timer.ArmAfter(Timeout);
    }

    public void End() => _timer.Cancel();

    /// <summary>Takes a fragment: its place found by offset, most often at the end. Ownership passes.</summary>
    public FragmentVerdict Add(Mbuf packet, int start, int length, bool isLast, int maximum)
    {
        int end = start + length;
        int index = _fragments.Count;
        while (index > 0 && _fragments[index - 1].Start >= start)
            index--;
        if (_poisoned)
            return Drop(packet);
        // The network may duplicate a fragment; the same piece again is no overlap.
        if (index < _fragments.Count && _fragments[index].Start == start && _fragments[index].End == end && (_total == end) == isLast)
            return Drop(packet);
        bool overlaps = (index > 0 && _fragments[index - 1].End > start) || (index < _fragments.Count && _fragments[index].Start < end);
        // Two ends, or data after the end.
        bool contradicts = isLast
            ? (_total >= 0 && _total != end) || (_fragments.Count > 0 && _fragments[^1].End > end)
            : _total >= 0 && end > _total;
        if (overlaps || contradicts)
            return Poison(packet);
        if (_fragments.Count >= maximum)
            return Drop(packet);
        if (isLast)
            _total = end;
        _fragments.Insert(index, new Fragment(packet, start, end));
        _received += length;
        for (Mbuf? m = packet; m is not null; m = m.Next)
            Memory += m.StorageSize;
        return _received == _total ? FragmentVerdict.Complete : FragmentVerdict.Kept;
    }

    /// <summary>Chains the fragments: the first one's header, made that of the whole, and everybody's data, not copied.</summary>
    /// <returns><c>null</c>, and all freed, when the whole isn't a valid datagram or the pool is dry.</returns>
    public Mbuf? Join(MbufPool pool)
    {
        Mbuf first = _fragments[0].Packet;
        Ipv4Header header = new(first.Span);
        int headerLength = header.HeaderLength;
        if (headerLength + _total > Ipv4Header.MaximumPacket || !CombineEcn(out byte ecn))
        {
            FreeFragments();
            return null;
        }
        for (int i = 1; i < _fragments.Count; i++)
        {
            Mbuf part = _fragments[i].Packet;
            part.TrimFront(new Ipv4Header(part.Span).HeaderLength);
        }
        Mbuf last = first.Last;
        for (int i = 1; i < _fragments.Count; i++)
        {
            Mbuf part = _fragments[i].Packet;
            first.Packet.Length += part.Packet.Length;
            last.Next = part;
            last = part.Last;
        }
        _fragments.Clear();
        Memory = 0;
        if (WritableHeaders.Ensure(pool, first, headerLength) is not { } whole)
            return null;
        header = new Ipv4Header(whole.Span);
        header.TotalLength = whole.Packet.Length;
        header.Fragment = 0;
        header.TrafficClass = (byte)(header.TrafficClass & ~3 | ecn);
        header.UpdateChecksum();
        whole.Packet.Offload = OffloadFlags.None;
        return whole;
    }

    public void FreeFragments()
    {
        foreach (Fragment fragment in _fragments)
            fragment.Packet.Free();
        _fragments.Clear();
        Memory = 0;
    }

    /// <summary>
    /// RFC 5722's rule for IPv6, which is as good for IPv4: a datagram with overlapping fragments is an attack or beyond repair, and is discarded whole, with the fragments that are
    /// still to come. So the entry stays, empty, until its time is up.
    /// </summary>
    private FragmentVerdict Poison(Mbuf packet)
    {
        packet.Free();
        FreeFragments();
        _poisoned = true;
        return FragmentVerdict.Overlap;
    }

    private static FragmentVerdict Drop(Mbuf packet)
    {
        packet.Free();
        return FragmentVerdict.Dropped;
    }

    /// <summary>RFC 3168, section 5.3: a mark on any fragment marks the whole; marked and not capable together is a contradiction.</summary>
    private bool CombineEcn(out byte ecn)
    {
        ecn = (byte)(new Ipv4Header(_fragments[0].Packet.Span).TrafficClass & 3);
        bool marked = false, incapable = false;
        foreach (Fragment fragment in _fragments)
        {
            int here = new Ipv4Header(fragment.Packet.Span).TrafficClass & 3;
            marked |= here == CongestionExperienced;
            incapable |= here == NotEct;
        }
        if (marked)
            ecn = CongestionExperienced;
        return !(marked && incapable);
    }

    private readonly record struct Fragment(Mbuf Packet, int Start, int End);
}
