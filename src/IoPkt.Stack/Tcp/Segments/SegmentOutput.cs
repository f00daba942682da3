namespace IoPkt.Stack;

/// <summary>A segment to be sent.</summary>
internal struct OutgoingSegment
{
    public InetEndpoint Local;
    public InetEndpoint Remote;
    public SequenceNumber Sequence;
    public SequenceNumber Acknowledgment;
    public TcpFlags Flags;

    /// <summary>As on the wire.</summary>
    public ushort Window;

    public ushort UrgentPointer;

    public TcpOptions Options;

    /// <summary>Data, or none; ownership passes.</summary>
    public Mbuf? Payload;

    public int PayloadLength;

    /// <summary>Data bytes of each segment, when there are more in the payload than that.</summary>
    public int SegmentSize;

    /// <summary>It may be larger than the path is known to take.</summary>
    public bool IsSizeProbe;

    /// <summary>No path MTU is discovered with it.</summary>
    public bool MayFragment;

    public byte Ttl;
    public byte TrafficClass;
    public NetworkInterface? Device;
}

/// <summary>Puts headers on segments and hands them to the network.</summary>
internal sealed class SegmentOutput(NetworkStack stack, TcpCounters counters)
{
    /// <summary>Data bytes of one packet, whatever is left for devices or the network layer to cut up: an IPv4 packet has a 16-bit length.</summary>
    public const int MaximumPayload = 65535 - 20 - TcpHeader.MaximumLength;

    public Errno Send(in OutgoingSegment segment, RouteCache route)
    {
        int headerLength = TcpHeader.MinimumLength + segment.Options.Length;
        Mbuf? packet = stack.Pool.GetHeader();
        INetworkProtocol? network = stack.Network(segment.Local.Address.Family);
        if (packet is null || network is null)
        {
            packet?.Free();
            segment.Payload?.Free();
            counters.SendErrors.Increment();
            return network is null ? Errno.AddressFamilyNotSupported : Errno.NoBuffers;
        }
        packet.Commit(headerLength);
        int length = headerLength + segment.PayloadLength;
        WriteHeader(packet, segment, headerLength, length);
        packet.Next = segment.Payload;
        packet.Packet.Length = length;
        // The sum over data is left to a device, or to the network layer when the interface can't do it.
        packet.Packet.Offload = OffloadFlags.ChecksumPartial;
        packet.Packet.ChecksumStart = 0;
        packet.Packet.ChecksumOffset = TcpHeader.ChecksumOffset;
        packet.Packet.TransportHeaderLength = (ushort)headerLength;
        if (segment.PayloadLength > segment.SegmentSize)
        {
            packet.Packet.Segmentation = segment.Local.Address.IsIpv4 ? SegmentationType.Tcp4 : SegmentationType.Tcp6;
            packet.Packet.SegmentSize = (ushort)segment.SegmentSize;
        }
        counters.Sent.Increment();
        if ((segment.Flags & (TcpFlags.Syn | TcpFlags.Fin | TcpFlags.Rst)) != 0)
            counters.SentControl.Increment();
        SendParameters parameters = new()
        {
            Source = segment.Local.Address,
            Destination = segment.Remote.Address,
            Protocol = TcpProtocol.Number,
            Ttl = segment.Ttl,
            TrafficClass = segment.TrafficClass,
            DontFragment = stack.Ipv4.Settings.PathMtuDiscovery && !segment.MayFragment,
            IsSizeProbe = segment.IsSizeProbe,
            IgnoresPathMtu = segment.MayFragment,
            Interface = segment.Device,
        };
        Errno error = network.Output(packet, parameters, route);
        if (error != Errno.None)
            counters.SendErrors.Increment();
        return error;
    }

    private static void WriteHeader(Mbuf packet, in OutgoingSegment segment, int headerLength, int length)
    {
        Span<byte> bytes = packet.Span;
        TcpHeader header = new(bytes)
        {
            SourcePort = segment.Local.Port,
            DestinationPort = segment.Remote.Port,
            Sequence = segment.Sequence,
            Acknowledgment = (segment.Flags & TcpFlags.Ack) != 0 ? segment.Acknowledgment : default,
            HeaderLength = headerLength,
            Flags = segment.Flags,
            Window = segment.Window,
            UrgentPointer = segment.UrgentPointer,
        };
        segment.Options.Write(bytes[TcpHeader.MinimumLength..]);
        header.Checksum = InternetChecksum.FoldTo16(InternetChecksum.PseudoHeader(segment.Local.Address, segment.Remote.Address, TcpProtocol.Number, length));
    }
}
