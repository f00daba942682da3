namespace IoPkt;

/// <summary>How a frame reached us at layer 2, and whether it has passed through the loopback interface.</summary>
[Flags]
public enum LinkFlags : byte
{
    None = 0,
    Broadcast = 1,
    Multicast = 2,
    /// <summary>Addressed to another station: only monitors and bridges may see it.</summary>
    OtherHost = 4,
    Loopback = 8,
}

/// <summary>Work on a packet that was left to a device, or that a device has already done: virtio-net's model, in both directions.</summary>
[Flags]
public enum OffloadFlags : byte
{
    None = 0,
    /// <summary>
    /// The transport checksum isn't there yet: sum from <see cref="PacketHeader.ChecksumStart"/> to the end, store at <see cref="PacketHeader.ChecksumOffset"/>
    /// after that. The field holds the pseudo-header's sum. On a received packet it means that the sender is on this machine and the data were never on a wire.
    /// </summary>
    ChecksumPartial = 1,
    /// <summary>Received: the device has verified the transport checksum.</summary>
    ChecksumValid = 2,
}

/// <summary>What a packet longer than the path allows is to become (sent), or has been merged from (received).</summary>
public enum SegmentationType : byte
{
    None,
    Tcp4,
    Tcp6,
    Udp,
}

/// <summary>What is known of a packet beside its bytes. It belongs to the first mbuf of a chain.</summary>
public struct PacketHeader
{
    /// <summary>Bytes in the whole chain.</summary>
    public int Length;

    /// <summary>Index of the interface that received it; 0: made here.</summary>
    public int ReceiveInterface;

    public LinkFlags Link;

    public OffloadFlags Offload;

    public SegmentationType Segmentation;

    /// <summary>Payload bytes of each segment, when <see cref="Segmentation"/> is set.</summary>
    public ushort SegmentSize;

    /// <summary>Bytes from the packet's present beginning to the transport header. <see cref="Mbuf.Prepend"/> and <see cref="Mbuf.TrimFront"/> keep it true.</summary>
    public int ChecksumStart;

    /// <summary>Where the checksum field lies within the transport header: 16 for TCP, 6 for UDP.</summary>
    public ushort ChecksumOffset;

    /// <summary>Bytes of all headers before the payload, counted from <see cref="ChecksumStart"/>: the transport header's length.</summary>
    public ushort TransportHeaderLength;

    /// <summary>802.1Q tag with bit 16 set, or 0.</summary>
    public uint VlanTag;

    /// <summary>When it was received, in the stack's microseconds; 0: unknown.</summary>
    public long Timestamp;
}
