namespace IoPkt.Stack;

/// <summary>
/// Puts fragmented datagrams together (RFC 791, section 3.2; RFC 1122, section 3.3.2; RFC 815's holes kept as an ordered list of fragments). Bounded in datagrams, in fragments of one
/// and in memory; when it's full, the datagram that has waited longest gives way.
/// </summary>
internal sealed class Ipv4Reassembler(NetworkStack stack, Ipv4Protocol ip)
{
    private readonly Dictionary<FragmentKey, Reassembly> _pending = [];
    private readonly LinkedList<Reassembly> _byAge = new();
    private readonly Stack<Reassembly> _unused = new();
    private long _memory;

    /// <summary>Datagrams in reassembly.</summary>
    public int Count => _pending.Count;

    /// <summary>Bytes of packet memory held.</summary>
    public long Memory => _memory;

    /// <summary>Takes a fragment with a valid header, contiguous. Ownership passes.</summary>
    /// <returns>The whole datagram, if that was the last piece.</returns>
    public Mbuf? Add(Mbuf fragment)
    {
        Ipv4Header header = new(fragment.Span);
        int start = header.FragmentOffset, length = fragment.Packet.Length - header.HeaderLength;
        if (!IsPlausible(header, start, length))
        {
            ip.Counters.FragmentsDropped.Increment();
            fragment.Free();
            return null;
        }
        FragmentKey key = new(header.Source.Ipv4, header.Destination.Ipv4, header.Identification, header.Protocol);
        if (!_pending.TryGetValue(key, out Reassembly? reassembly))
            reassembly = Begin(key);
        long before = reassembly.Memory;
        FragmentVerdict verdict = reassembly.Add(fragment, start, length, !header.MoreFragments, ip.Settings.MaximumFragmentsPerPacket);
        _memory += reassembly.Memory - before;
        switch (verdict)
        {
            case FragmentVerdict.Dropped:
                ip.Counters.FragmentsDropped.Increment();
                return null;
            case FragmentVerdict.Overlap:
                ip.Counters.FragmentOverlaps.Increment();
                return null;
            case FragmentVerdict.Complete:
                _memory -= reassembly.Memory;
                Mbuf? whole = reassembly.Join(stack.Pool);
                End(reassembly);
                if (whole is null)
                    ip.Counters.FragmentsDropped.Increment();
                else
                    ip.Counters.Reassembled.Increment();
                return whole;
            default:
                while (_memory > ip.Settings.MaximumFragmentMemory && _byAge.First is { } oldest)
                    GiveUp(oldest.Value);
                return null;
        }
    }

    /// <summary>Drops everything.</summary>
    public void Clear()
    {
        while (_byAge.First is { } first)
            GiveUp(first.Value);
    }

    internal void TimedOut(Reassembly reassembly)
    {
        ip.Counters.FragmentTimeouts.Increment();
        // RFC 1122, section 3.3.2: the source is told if the first fragment, which says whose datagram it was, has come.
        if (reassembly.First is { } first && stack.Interfaces.Find(first.Packet.ReceiveInterface) is { } receiver)
        {
            bool group = !ip.Local.IsOwn(new Ipv4Header(first.Span).Destination);
            ip.Icmp.SendError(first, Ipv4Input.Describe(receiver, first, group), IcmpType.TimeExceeded, IcmpCode.ReassemblyTimeExceeded, 0);
        }
        _memory -= reassembly.Memory;
        reassembly.FreeFragments();
        End(reassembly);
    }

    /// <summary>What no honest sender makes: empty or odd pieces, more than a datagram can hold, and heads too small to filter by (RFC 1858, RFC 3128).</summary>
    private static bool IsPlausible(in Ipv4Header header, int start, int length)
    {
        const int tcp = 6, smallestTcpHead = 16;
        if (length == 0 || (header.MoreFragments && length % 8 != 0) || header.HeaderLength + start + length > Ipv4Header.MaximumPacket)
            return false;
        return header.Protocol != tcp || (start == 0 ? length >= smallestTcpHead : start != 8);
    }

    private Reassembly Begin(FragmentKey key)
    {
        while (_pending.Count >= Math.Max(1, ip.Settings.MaximumFragmentPackets))
            GiveUp(_byAge.First!.Value);
        if (!_unused.TryPop(out Reassembly? reassembly))
            reassembly = new Reassembly(this, stack.Timers);
        reassembly.Begin(key);
        _pending.Add(key, reassembly);
        _byAge.AddLast(reassembly.Node);
        return reassembly;
    }

    private void GiveUp(Reassembly reassembly)
    {
        ip.Counters.FragmentsDropped.Add(reassembly.Count);
        _memory -= reassembly.Memory;
        reassembly.FreeFragments();
        End(reassembly);
    }

    private void End(Reassembly reassembly)
    {
        _pending.Remove(reassembly.Key);
        _byAge.Remove(reassembly.Node);
        reassembly.End();
        _unused.Push(reassembly);
    }
}

/// <summary>RFC 791, section 3.2: what the fragments of one datagram have in common.</summary>
internal readonly record struct FragmentKey(uint Source, uint Destination, ushort Identification, byte Protocol);
