using System.Buffers;

namespace IoPkt.Stack.Tests.Simulation;

/// <summary>Two directions of packets in virtual time. All that happens to them follows from the seed.</summary>
internal sealed class SimulatedLink(VirtualTime time, Random random, LinkProfile[] profiles)
{
    private readonly SimulatedHost[] _hosts = new SimulatedHost[2];
    private readonly PriorityQueue<SimulatedPacket, (long Time, long Order)> _inFlight = new();
    private readonly long[] _busyUntil = new long[2];
    private readonly bool[] _lastLost = new bool[2];
    private readonly int[] _count = new int[2];
    private long _order;

    public LinkProfile[] Profiles { get; } = profiles;

    /// <summary>Written when it's wanted: a line a packet.</summary>
    public PacketTrace? Trace { get; set; }

    /// <summary>Packets longer than this are lost on the way, silently, as by a router whose messages are filtered; 0: none.</summary>
    public int BlackHoleMtu { get; set; }

    public long PacketsSent => _count[0] + _count[1];

    public long NextDelivery => _inFlight.TryPeek(out _, out (long Time, long Order) key) ? key.Time : long.MaxValue;

    public void Attach(int end, SimulatedHost host) => _hosts[end] = host;

    public void Send(int from, Mbuf frame)
    {
        LinkProfile profile = Profiles[from];
        int length = frame.Packet.Length, number = ++_count[from];
        string? fate = null;
        int copies = 1;
        long departure = time.Now;
        if (profile.Bandwidth > 0)
        {
            long waiting = Math.Max(0, _busyUntil[from] - time.Now);
            if (waiting * profile.Bandwidth / 8_000_000 > profile.QueueBytes)
                fate = "queue full";
            else
                departure = _busyUntil[from] = time.Now + waiting + Math.Max(1, length * 8_000_000L / profile.Bandwidth);
        }
        double chance = _lastLost[from] && profile.LossAfterLoss > 0 ? profile.LossAfterLoss : profile.Loss;
        bool lost = random.NextDouble() < chance || profile.LostPackets.Contains(number);
        _lastLost[from] = lost;
        if (lost)
            fate ??= "lost";
        if (BlackHoleMtu > 0 && length > BlackHoleMtu && frame.Packet.Segmentation == SegmentationType.None)
            fate ??= "too long";
        if (fate is not null)
            copies = 0;
        else if (random.NextDouble() < profile.Duplication)
            copies = 2;
        Trace?.Add(time.Now, from, frame, copies == 2 ? "duplicated" : fate);
        for (int i = 0; i < copies; i++)
            Launch(from, frame, profile, departure);
    }

    /// <summary>Hands over what is due. The caller has begun a batch of each host.</summary>
    public bool Deliver(int destination)
    {
        bool any = false;
        while (_inFlight.TryPeek(out SimulatedPacket packet, out (long Time, long Order) key) && key.Time <= time.Now && packet.Destination == destination)
        {
            _inFlight.Dequeue();
            _hosts[destination].Receive(packet);
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

    private void Launch(int from, Mbuf frame, LinkProfile profile, long departure)
    {
        byte[] bytes = ArrayPool<byte>.Shared.Rent(frame.Packet.Length);
        frame.CopyTo(0, bytes.AsSpan(0, frame.Packet.Length));
        OffloadFlags offload = frame.Packet.Offload;
        // A device that damaged a packet can't at the same time vouch for it.
        if (random.NextDouble() < profile.Corruption && offload == OffloadFlags.None)
            bytes[random.Next(frame.Packet.Length)] ^= (byte)(1 << random.Next(8));
        long arrival = departure + profile.Delay + (profile.Jitter > 0 ? random.NextInt64(profile.Jitter) : 0);
        if (random.NextDouble() < profile.Reordering)
            arrival += profile.ReorderDelay;
        _inFlight.Enqueue(new SimulatedPacket
        {
            Bytes = bytes,
            Length = frame.Packet.Length,
            Destination = 1 - from,
            Segmentation = frame.Packet.Segmentation,
            SegmentSize = frame.Packet.SegmentSize,
            Offload = offload,
            ChecksumStart = frame.Packet.ChecksumStart,
            ChecksumOffset = frame.Packet.ChecksumOffset,
            TransportHeaderLength = frame.Packet.TransportHeaderLength,
        }, (arrival, _order++));
    }
}
