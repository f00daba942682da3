namespace IoPkt.Stack;

/// <summary>
/// A received segment whose checksum and lengths have been verified, with the names that RFC 9293, section 3.10.7, uses. It owns its packet until the
/// payload is taken.
/// </summary>
internal struct IncomingSegment
{
    public InetEndpoint Local;
    public InetEndpoint Remote;
    public NetworkInterface Interface;
    public byte TrafficClass;

    /// <summary>The destination was a group's or everybody's: nothing is answered.</summary>
    public bool IsMulticastOrBroadcast;

    /// <summary>SEG.SEQ; moves up when old data are trimmed.</summary>
    public SequenceNumber Sequence;

    /// <summary>SEG.ACK</summary>
    public SequenceNumber Acknowledgment;

    public TcpFlags Flags;

    /// <summary>SEG.WND as on the wire, unscaled.</summary>
    public ushort Window;

    /// <summary>It came with a SYN, so its window counts bytes (RFC 7323, section 2.2), also when the SYN has been trimmed off.</summary>
    public bool IsWindowInBytes;

    /// <summary>SEG.UP</summary>
    public ushort UrgentPointer;

    public TcpOptions Options;

    /// <summary>Bytes of data.</summary>
    public int DataLength;

    /// <summary>How many segments of the wire were merged into this one.</summary>
    public int Count;

    private Mbuf? _payload;

    /// <summary>SEG.LEN: RFC 9293, section 3.4, "the number of octets occupied by the data in the segment (counting SYN and FIN)".</summary>
    public readonly int Length => DataLength + (IsSyn ? 1 : 0) + (IsFin ? 1 : 0);

    /// <summary>The sequence number after the segment's last.</summary>
    public readonly SequenceNumber End => Sequence + Length;

    public readonly bool IsSyn => (Flags & TcpFlags.Syn) != 0;

    public readonly bool IsAck => (Flags & TcpFlags.Ack) != 0;

    public readonly bool IsRst => (Flags & TcpFlags.Rst) != 0;

    public readonly bool IsFin => (Flags & TcpFlags.Fin) != 0;

    /// <summary>Reads a packet that begins with its network header. Takes ownership of it, also when it's refused.</summary>
    public static bool TryRead(Mbuf? packet, in NetworkHeader network, TcpCounters counters, out IncomingSegment segment)
    {
        segment = default;
        int start = network.HeaderLength;
        int length = packet!.Packet.Length - start;
        if (length < TcpHeader.MinimumLength)
            return Refuse(packet, counters.ReceivedTooShort);
        packet = packet.PullUp(start + TcpHeader.MinimumLength);
        if (packet is null)
            return false;
        int headerLength = new TcpHeader(packet.Span[start..]).HeaderLength;
        if (headerLength < TcpHeader.MinimumLength || headerLength > length)
            return Refuse(packet, counters.ReceivedBadOffset);
        packet = packet.PullUp(start + headerLength);
        if (packet is null)
            return false;
        // A packet that a device merged, or that never was on a wire, comes with its checksum vouched for.
        if ((packet.Packet.Offload & (OffloadFlags.ChecksumValid | OffloadFlags.ChecksumPartial)) == 0)
        {
            ulong sum = InternetChecksum.PseudoHeader(network.Source, network.Destination, TcpProtocol.Number, length);
            if (InternetChecksum.Finish(InternetChecksum.Sum(packet, start, length, sum)) != 0)
                return Refuse(packet, counters.ReceivedBadChecksum);
        }
        TcpHeader header = new(packet.Span[start..]);
        segment.Local = new InetEndpoint(network.Destination, header.DestinationPort);
        segment.Remote = new InetEndpoint(network.Source, header.SourcePort);
        segment.Interface = network.Interface;
        segment.TrafficClass = network.TrafficClass;
        segment.IsMulticastOrBroadcast = network.IsMulticastOrBroadcast || (packet.Packet.Link & (LinkFlags.Broadcast | LinkFlags.Multicast)) != 0;
        segment.Sequence = header.Sequence;
        segment.Acknowledgment = header.Acknowledgment;
        segment.Flags = header.Flags;
        segment.Window = header.Window;
        segment.IsWindowInBytes = segment.IsSyn;
        segment.UrgentPointer = header.UrgentPointer;
        segment.DataLength = length - headerLength;
        int segmentSize = packet.Packet.SegmentSize;
        segment.Count = packet.Packet.Segmentation == SegmentationType.None || segmentSize == 0 ? 1 : Math.Max(1, (segment.DataLength + segmentSize - 1) / segmentSize);
        if (headerLength > TcpHeader.MinimumLength && !TcpOptions.TryRead(header.Options, out segment.Options))
            counters.ReceivedBadOptions.Increment();
        packet.TrimFront(start + headerLength);
        segment._payload = packet;
        return true;
    }

    /// <summary>Removes data that were received before from the front: RFC 9293, section 3.10.7.4, "trimming off any portions that lie outside the window".</summary>
    public void TrimFront(int count)
    {
        if (count > 0 && IsSyn)
        {
            Flags &= ~TcpFlags.Syn;
            Sequence += 1;
            count--;
        }
        int data = Math.Min(count, DataLength);
        if (data > 0)
            _payload!.TrimFront(data);
        DataLength -= data;
        Sequence += data;
        if (count > data && IsFin)
        {
            Flags &= ~TcpFlags.Fin;
            Sequence += 1;
        }
    }

    /// <summary>Shortens the data to <paramref name="length"/> bytes; a FIN after them is lost with the rest.</summary>
    public void TruncateData(int length)
    {
        if (length >= DataLength)
            return;
        _payload!.Truncate(length);
        DataLength = length;
        Flags &= ~(TcpFlags.Fin | TcpFlags.Psh);
    }

    /// <summary>Takes the data, headers removed. They are then the caller's.</summary>
    public Mbuf TakePayload()
    {
        Mbuf payload = _payload!;
        _payload = null;
        return payload;
    }

    public void Free()
    {
        _payload?.Free();
        _payload = null;
    }

    private static bool Refuse(Mbuf packet, Counter reason)
    {
        reason.Increment();
        packet.Free();
        return false;
    }
}
