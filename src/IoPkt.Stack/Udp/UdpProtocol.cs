namespace IoPkt.Stack;

/// <summary>UDP (RFC 768) over any network protocol.</summary>
public sealed class UdpProtocol : ITransportProtocol
{
    public const byte Number = 17;

    private readonly NetworkStack _stack;
    private readonly UdpCounters _counters = new();
    private readonly HashSet<UdpSocket> _sockets = [];

    internal UdpProtocol(NetworkStack stack)
    {
        _stack = stack;
        stack.Counters.Add(_counters);
        Settings.AddTo(stack.Sysctl);
        Table = new UdpSocketTable(stack);
    }

    public byte Protocol => Number;

    /// <summary><c>sysctl net.inet.udp</c></summary>
    public UdpSettings Settings { get; } = new();

    /// <summary>Every UDP socket, for netstat.</summary>
    public IEnumerable<DatagramSocket> Sockets => _sockets;

    internal UdpSocketTable Table { get; }

    internal UdpCounters Counters => _counters;

    public DatagramSocket CreateSocket(AddressFamily family)
    {
        UdpSocket socket = new(_stack, family);
        _sockets.Add(socket);
        return socket;
    }

    public void Input(Mbuf packet, in NetworkHeader header)
    {
        ArgumentNullException.ThrowIfNull(packet);
        _counters.Received.Increment();
        int available = packet.Packet.Length - header.HeaderLength;
        if (available < UdpHeader.Size)
        {
            Drop(packet, _counters.TooShort);
            return;
        }
        if (packet.PullUp(header.HeaderLength + UdpHeader.Size) is not { } datagram)
        {
            _counters.NoMemory.Increment();
            return;
        }
        UdpHeader udp = new(datagram.Span[header.HeaderLength..]);
        int length = udp.Length;
        if (length < UdpHeader.Size || length > available)
        {
            Drop(datagram, _counters.BadLength);
            return;
        }
        // What the IP packet holds beyond the datagram is no part of it.
        if (length < available)
            datagram.Truncate(header.HeaderLength + length);
        if (!IsChecksumAcceptable(datagram, header, udp.Checksum, length))
        {
            Drop(datagram, _counters.BadChecksum);
            return;
        }
        InetEndpoint source = new(header.Source, udp.SourcePort), destination = new(header.Destination, udp.DestinationPort);
        if (header.IsMulticastOrBroadcast)
            DeliverToGroup(datagram, header, source, destination);
        else
            DeliverToOne(datagram, header, source, destination);
    }

    public void ErrorInput(TransportError error, int mtu, in InetAddress source, in InetAddress destination, ReadOnlySpan<byte> quoted)
    {
        ushort sourcePort = (ushort)(quoted[0] << 8 | quoted[1]), destinationPort = (ushort)(quoted[2] << 8 | quoted[3]);
        // Only a socket that we have can have sent the datagram; and only a connected one has asked to hear of it (RFC 1122, section 4.1.3.3).
        if (Table.FindBest(new InetEndpoint(source, sourcePort), new InetEndpoint(destination, destinationPort), null) is not { } socket)
            return;
        if (error == TransportError.MessageTooBig)
            _stack.Network(destination.Family)?.LowerPathMtu(destination, mtu);
        socket.ErrorInput(error, destination, destinationPort);
    }

    public void Flush()
    {
    }

    internal void Remove(UdpSocket socket) => _sockets.Remove(socket);

    private void DeliverToOne(Mbuf datagram, in NetworkHeader header, in InetEndpoint source, in InetEndpoint destination)
    {
        UdpSocket? socket = Table.FindBest(destination, source, header.Interface);
        if (socket is null)
        {
            _counters.NoSocket.Increment();
            _stack.Network(header.Source.Family)?.SendError(datagram, header, TransportError.PortUnreachable);
            datagram.Free();
        }
        else if (_stack.Options.ReusePortUnicast && socket.Options.ReusePort)
        {
            DeliverToAll(datagram, header, source, destination, reusePortOnly: true);
        }
        else
        {
            Deliver(socket, datagram, header, source, destination);
        }
    }

    private void DeliverToGroup(Mbuf datagram, in NetworkHeader header, in InetEndpoint source, in InetEndpoint destination)
    {
        if (!DeliverToAll(datagram, header, source, destination, reusePortOnly: false))
            _counters.NoSocketGroup.Increment();
    }

    /// <summary>RFC 1122, section 4.1.3.3 is silent on it; BSD gives a group's datagram to every socket that matches.</summary>
    private bool DeliverToAll(Mbuf datagram, in NetworkHeader header, in InetEndpoint source, in InetEndpoint destination, bool reusePortOnly)
    {
        UdpSocket? last = null;
        foreach (UdpSocket socket in Table.OfPort(destination.Port) ?? [])
        {
            if (socket.Score(destination.Address, source, header.Interface) < 0 || (reusePortOnly && !socket.Options.ReusePort))
                continue;
            if (last is not null && Copy(datagram) is { } copy)
                Deliver(last, copy, header, source, destination);
            last = socket;
        }
        if (last is null)
            datagram.Free();
        else
            Deliver(last, datagram, header, source, destination);
        return last is not null;
    }

    private void Deliver(UdpSocket socket, Mbuf datagram, in NetworkHeader header, in InetEndpoint source, in InetEndpoint destination)
    {
        int segment = datagram.Packet.Segmentation == SegmentationType.Udp ? datagram.Packet.SegmentSize : 0;
        datagram.TrimFront(header.HeaderLength + UdpHeader.Size);
        // A device may have merged datagrams of one flow; their users want them one by one.
        Mbuf? rest = datagram;
        while (segment > 0 && rest is not null && rest.Packet.Length > segment)
        {
            Mbuf first = rest;
            rest = first.Split(segment);
            if (rest is null)
                first.Truncate(segment);
            Enqueue(socket, first, header, source, destination);
        }
        if (rest is not null)
            Enqueue(socket, rest, header, source, destination);
    }

    private void Enqueue(UdpSocket socket, Mbuf payload, in NetworkHeader header, in InetEndpoint source, in InetEndpoint destination)
    {
        Datagram datagram = new()
        {
            Payload = payload,
            Source = source,
            Destination = destination,
            Interface = header.Interface,
            Ttl = header.Ttl,
            TrafficClass = header.TrafficClass,
        };
        if (socket.Receive(datagram))
            _counters.Delivered.Increment();
        else
            _counters.FullSocket.Increment();
    }

    private static Mbuf? Copy(Mbuf datagram)
    {
        if (datagram.CopyRange(0, datagram.Packet.Length) is not { } copy)
            return null;
        copy.Packet = datagram.Packet;
        return copy;
    }

    private bool IsChecksumAcceptable(Mbuf datagram, in NetworkHeader header, ushort checksum, int length)
    {
        if ((datagram.Packet.Offload & (OffloadFlags.ChecksumPartial | OffloadFlags.ChecksumValid)) != 0)
            return true;
        if (checksum == 0)
        {
            // RFC 768: the sender made none. Over IPv6 that's not allowed (RFC 8200, section 8.1).
            _counters.NoChecksum.Increment();
            return header.Source.IsIpv4;
        }
        ulong sum = InternetChecksum.PseudoHeader(header.Source, header.Destination, Number, length);
        return InternetChecksum.Finish(InternetChecksum.Sum(datagram, header.HeaderLength, length, sum)) == 0;
    }

    private static void Drop(Mbuf packet, Counter counter)
    {
        counter.Increment();
        packet.Free();
    }
}
