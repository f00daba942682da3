using System.Buffers;

namespace IoPkt.Simulator;

/// <summary>Two directions of packets in virtual time. All that happens to them follows from the seed.</summary>
internal sealed class SimulatedLink(VirtualTime time, Random random, LinkProfile[] profiles) : ILink
{
    /// <summary>To the least length of an Ethernet frame, and a little more.</summary>
    private const int MostPadding = 18;

    private readonly ILinkEnd[] _ends = new ILinkEnd[2];
    private readonly PriorityQueue<SimulatedPacket, (long Time, long Order)> _inFlight = new();
    private readonly long[] _busyUntil = new long[2];
    private readonly bool[] _lastLost = new bool[2];
    private readonly int[] _count = new int[2];
    private readonly int[] _timesLost = new int[2];
    private long _order;

    public LinkProfile[] Profiles { get; } = profiles;

    /// <summary>Written when it's wanted: a line a packet.</summary>
    public PacketTrace? Trace { get; set; }

    /// <summary>Looks at every packet, when it's wanted.</summary>
    public Witness? Witness { get; set; }

    /// <summary>How often each of <see cref="LinkEvent"/> has happened.</summary>
    public long[] Events { get; } = new long[Enum.GetValues<LinkEvent>().Length];

    public long PacketsSent => _count[0] + _count[1];

    /// <summary>Packets that didn't arrive as they were sent, exactly once.</summary>
    public long Impaired { get; private set; }

    public long NextDelivery => _inFlight.TryPeek(out _, out (long Time, long Order) key) ? key.Time : long.MaxValue;

    public void Attach(int end, ILinkEnd party) => _ends[end] = party;

    /// <summary>Takes a copy of a packet; it stays the sender's.</summary>
    public void Send(int from, Mbuf frame)
    {
        byte[] bytes = ArrayPool<byte>.Shared.Rent(frame.Packet.Length);
        frame.CopyTo(0, bytes.AsSpan(0, frame.Packet.Length));
        SimulatedPacket packet = new()
        {
            Bytes = bytes,
            Length = frame.Packet.Length,
            Destination = 1 - from,
            Marks = frame.Packet,
        };
        if (packet.Marks.Segmentation != SegmentationType.None && Profiles[from].LargestGroup > 0)
            SendGroups(from, packet);
        else
            Send(from, packet);
        ArrayPool<byte>.Shared.Return(bytes);
    }

    /// <summary>The same, of a packet that's made already; its bytes stay the sender's.</summary>
    public void Send(int from, in SimulatedPacket packet)
    {
        LinkProfile profile = Profiles[from];
        int number = ++_count[from], incarnation = Witness?.Sent(from, packet) ?? 0;
        long departure = time.Now;
        bool isMarked = false;
        string? fate = null;
        LinkEvent what = LinkEvent.Lost;
        if (profile.Bandwidth > 0)
        {
            long waiting = Math.Max(0, _busyUntil[from] - time.Now), queued = waiting * profile.Bandwidth / 8_000_000;
            if (queued > profile.QueueBytes)
                (fate, what) = ("queue full", LinkEvent.QueueOverflow);
            else
                departure = _busyUntil[from] = time.Now + waiting + Math.Max(1, packet.Length * 8_000_000L / profile.Bandwidth);
            isMarked = profile.MarkingThreshold > 0 && queued > profile.MarkingThreshold;
        }
        double chance = _lastLost[from] && profile.LossAfterLoss > 0 ? profile.LossAfterLoss : profile.Loss;
        bool isLost = random.NextDouble() < chance || profile.LostPackets.Contains(number) || (time.Now >= profile.OutageFrom && time.Now < profile.OutageUntil);
        _lastLost[from] = isLost;
        if (isLost)
            fate ??= "lost";
        if (fate is null && _timesLost[from] < profile.LostTimes && Witness!.Carries(packet, profile.LostByte))
        {
            _timesLost[from]++;
            (fate, what) = ("lost again", LinkEvent.LostAgain);
        }
        int mtu = time.Now >= profile.MtuChangesAt ? profile.LaterPathMtu : profile.PathMtu;
        if (fate is null && mtu > 0 && RouterMessage.IsTooLong(packet, mtu))
        {
            (fate, what) = ("too long for the router", profile.IsSilent ? LinkEvent.Swallowed : LinkEvent.TooLong);
            if (!profile.IsSilent)
                Report(from, packet, profile, mtu);
        }
        int copies = fate is not null ? 0 : random.NextDouble() < profile.Duplication ? 2 : 1;
        if (copies != 1)
        {
            Impaired++;
            Note(copies == 2 ? LinkEvent.Duplicate : what);
        }
        Trace?.Add(time.Now, from, packet.Span, copies == 2 ? "duplicated" : fate);
        for (int i = 0; i < copies; i++)
            Launch(from, packet, profile, departure, incarnation, isMarked);
    }

    private void SendGroups(int from, in SimulatedPacket packet)
    {
        byte[] bytes = ArrayPool<byte>.Shared.Rent(packet.Length);
        int total = packet.Length - packet.Marks.ChecksumStart - packet.Marks.TransportHeaderLength;
        for (int offset = 0, length; offset < total; offset += length)
        {
            length = Math.Min(total - offset, packet.Marks.SegmentSize * random.Next(1, Profiles[from].LargestGroup + 1));
            Note(LinkEvent.Group);
            Send(from, SegmentGroups.Make(packet, offset, length, bytes));
        }
        ArrayPool<byte>.Shared.Return(bytes);
    }

    private void Note(LinkEvent what) => Events[(int)what]++;

    /// <summary>Hands over what is due. The caller has begun a batch of each host.</summary>
    public bool Deliver(int destination)
    {
        bool any = false;
        while (_inFlight.TryPeek(out SimulatedPacket packet, out (long Time, long Order) key) && key.Time <= time.Now && packet.Destination == destination)
        {
            _inFlight.Dequeue();
            if (!_ends[destination].Receive(packet))
            {
                Impaired++;
                Note(LinkEvent.NoMemory);
            }
            ArrayPool<byte>.Shared.Return(packet.Bytes);
            any = true;
        }
        return any;
    }

    public void Clear()
    {
        while (_inFlight.TryDequeue(out SimulatedPacket packet, out _))
            ArrayPool<byte>.Shared.Return(packet.Bytes);
    }

    private void Launch(int from, in SimulatedPacket packet, LinkProfile profile, long departure, int incarnation, bool isMarked)
    {
        int length = packet.Length;
        bool isPadded = random.NextDouble() < profile.Padding && packet.Marks.Segmentation == SegmentationType.None;
        byte[] bytes = ArrayPool<byte>.Shared.Rent(length + MostPadding);
        packet.Span.CopyTo(bytes);
        if (isMarked && CongestionMark.TrySet(bytes))
            Note(LinkEvent.Mark);
        if (isPadded)
        {
            int padding = random.Next(1, MostPadding + 1);
            random.NextBytes(bytes.AsSpan(length, padding));
            length += padding;
            Note(LinkEvent.Padding);
        }
        // A device that damaged a packet can't at the same time vouch for it.
        bool isDamaged = random.NextDouble() < profile.Corruption && packet.Marks.Offload == OffloadFlags.None && !isPadded;
        if (isDamaged)
        {
            length = Damage.Do(random, bytes.AsSpan(0, length));
            Impaired++;
            Note(LinkEvent.Damage);
        }
        long arrival = departure + profile.Delay + (profile.Jitter > 0 ? random.NextInt64(profile.Jitter) : 0);
        if (random.NextDouble() < profile.Reordering)
        {
            arrival += profile.ReorderDelay;
            Note(LinkEvent.HeldBack);
        }
        _inFlight.Enqueue(packet with { Bytes = bytes, Length = length, IsDamaged = isDamaged, Incarnation = incarnation }, (arrival, _order++));
    }

    /// <summary>The router's message goes back to the sender, and may be lost as any packet.</summary>
    private void Report(int from, in SimulatedPacket packet, LinkProfile profile, int mtu)
    {
        if (random.NextDouble() < profile.Loss)
            return;
        byte[] bytes = ArrayPool<byte>.Shared.Rent(RouterMessage.Length);
        RouterMessage.Write(bytes, packet.Span, mtu);
        Trace?.Add(time.Now, 1 - from, bytes.AsSpan(0, RouterMessage.Length), null);
        _inFlight.Enqueue(new SimulatedPacket { Bytes = bytes, Length = RouterMessage.Length, Destination = from }, (time.Now + profile.Delay, _order++));
    }
}
