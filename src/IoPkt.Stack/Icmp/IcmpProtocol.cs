using System.Buffers.Binary;

namespace IoPkt.Stack;

/// <summary>The Internet Control Message Protocol (RFC 792, RFC 1122 section 3.2.2).</summary>
internal sealed class IcmpProtocol : ITransportProtocol
{
    public const byte Number = 1;
    public const int HeaderSize = 8;

    private readonly NetworkStack _stack;
    private readonly Ipv4Protocol _ip;
    private readonly IcmpCounters _counters = new();
    private readonly IcmpErrorSender _errors;
    private readonly IcmpErrorReceiver _receiver;
    private readonly RouteCache _cache = new();

    public IcmpProtocol(NetworkStack stack, Ipv4Protocol ip)
    {
        _stack = stack;
        _ip = ip;
        stack.Counters.Add(_counters);
        _errors = new IcmpErrorSender(stack, ip, _counters);
        _receiver = new IcmpErrorReceiver(stack, ip, _counters);
        SocketTable = new IcmpSocketTable(stack);
    }

    public byte Protocol => Number;

    public IcmpCounters Counters => _counters;

    public IcmpSocketTable SocketTable { get; }

    public IEnumerable<IcmpSocket> Sockets => SocketTable.Sockets;

    public void Input(Mbuf packet, in NetworkHeader header)
    {
        _counters.Received.Increment();
        if (!header.Source.IsIpv4 || packet.Packet.Length < header.HeaderLength + HeaderSize)
        {
            _counters.TooShort.Increment();
            packet.Free();
            return;
        }
        if (packet.PullUp(header.HeaderLength + HeaderSize) is not { } message)
        {
            _counters.NoMemory.Increment();
            return;
        }
        if (!IsChecksumCorrect(message, header.HeaderLength))
        {
            _counters.BadChecksum.Increment();
            message.Free();
            return;
        }
        ReadOnlySpan<byte> icmp = message.Span.Slice(header.HeaderLength, HeaderSize);
        byte type = icmp[0];
        switch (type)
        {
            case IcmpType.Echo:
                _counters.Echoes.Increment();
                Answer(message, header);
                return;
            case IcmpType.EchoReply:
                _counters.EchoReplies.Increment();
                SocketTable.Deliver(message, header);
                return;
            case IcmpType.Unreachable or IcmpType.TimeExceeded or IcmpType.ParameterProblem:
                Count(type);
                _receiver.Receive(message, header, type, icmp[1], BinaryPrimitives.ReadUInt32BigEndian(icmp[4..]));
                break;
            case IcmpType.Redirect:
                _counters.Redirects.Increment();
                _receiver.ReceiveRedirect(message, header, InetAddress.Read(icmp[4..]));
                break;
            default:
                // Source quench (RFC 6633), address masks and information requests (RFC 6918) are obsolete; timestamps tell strangers our clock.
                _counters.Ignored.Increment();
                break;
        }
        message.Free();
    }

    public void SendError(Mbuf packet, in NetworkHeader header, byte type, byte code, uint information) =>
        _errors.Send(packet, header, type, code, information);

    public void SendError(Mbuf packet, in NetworkHeader header, TransportError error)
    {
        (byte type, byte code) = error switch
        {
            TransportError.NetworkUnreachable => (IcmpType.Unreachable, IcmpCode.NetworkUnreachable),
            TransportError.HostUnreachable => (IcmpType.Unreachable, IcmpCode.HostUnreachable),
            TransportError.ProtocolUnreachable => (IcmpType.Unreachable, IcmpCode.ProtocolUnreachable),
            TransportError.PortUnreachable => (IcmpType.Unreachable, IcmpCode.PortUnreachable),
            TransportError.MessageTooBig => (IcmpType.Unreachable, IcmpCode.FragmentationNeeded),
            TransportError.AdministrativelyProhibited => (IcmpType.Unreachable, IcmpCode.AdministrativelyProhibited),
            TransportError.TimeExceeded => (IcmpType.TimeExceeded, IcmpCode.TtlExceeded),
            _ => (IcmpType.ParameterProblem, (byte)0),
        };
        uint information = error == TransportError.MessageTooBig ? (uint)header.Interface.Mtu : 0;
        _errors.Send(packet, header, type, code, information);
    }

    /// <summary>A packet whose next hop doesn't answer: its sender, here or elsewhere, is told.</summary>
    public void Undeliverable(Mbuf packet)
    {
        Ipv4Header header = new(packet.Span);
        if (packet.Packet.ReceiveInterface != 0 && _stack.Interfaces.Find(packet.Packet.ReceiveInterface) is { } receiver)
        {
            // RFC 1812, section 3.3.2 and 4.3.3.1: we forwarded it.
            _errors.Send(packet, Ipv4Input.Describe(receiver, packet, group: false), IcmpType.Unreachable, IcmpCode.HostUnreachable, 0);
        }
        else if (header.FragmentOffset == 0)
        {
            Span<byte> transport = stackalloc byte[Math.Min(60, packet.Packet.Length - header.HeaderLength)];
            packet.CopyTo(header.HeaderLength, transport);
            if (transport.Length >= 8)
                _receiver.Dispatch(TransportError.HostUnreachable, 0, header.Source, header.Destination, header.Protocol, transport);
        }
        packet.Free();
    }

    /// <summary>About an echo request of ours, by the socket that sent it.</summary>
    public void ErrorInput(TransportError error, int mtu, in InetAddress source, in InetAddress destination, ReadOnlySpan<byte> quoted)
    {
        if (quoted[0] != IcmpType.Echo)
            return;
        ushort identifier = BinaryPrimitives.ReadUInt16BigEndian(quoted[4..]);
        if (SocketTable.ErrorInput(error, destination, identifier) && error == TransportError.MessageTooBig)
            _ip.LowerPathMtu(destination, mtu);
    }

    public void Flush()
    {
    }

    /// <summary>
    /// RFC 1122, section 3.2.2.6: the request's own data go back, in the request's own memory. Requests aren't counted against the errors' limit.
    /// </summary>
    private void Answer(Mbuf message, in NetworkHeader header)
    {
        if (header.IsMulticastOrBroadcast && !_ip.Settings.AnswerBroadcastEcho)
        {
            _counters.BroadcastEchoes.Increment();
            message.Free();
            return;
        }
        message.TrimFront(header.HeaderLength);
        if (WritableHeaders.Ensure(_stack.Pool, message, HeaderSize) is not { } reply)
            return;
        Span<byte> icmp = reply.Span;
        // Type 8 becomes 0 and the rest stays, so the checksum's change is known (RFC 1624).
        ushort checksum = BinaryPrimitives.ReadUInt16BigEndian(icmp[2..]);
        ushort old = BinaryPrimitives.ReadUInt16BigEndian(icmp);
        icmp[0] = IcmpType.EchoReply;
        ushort changed = BinaryPrimitives.ReadUInt16BigEndian(icmp);
        ushort updated = InternetChecksum.Finish((ulong)(ushort)~checksum + (ushort)~old + changed);
        BinaryPrimitives.WriteUInt16BigEndian(icmp[2..], updated);
        // A difference can't tell one's complement's two zeros apart (RFC 1624, section 3): a message of nothing but zeros has the other one.
        if (updated == 0)
            BinaryPrimitives.WriteUInt16BigEndian(icmp[2..], InternetChecksum.Finish(InternetChecksum.Sum(reply, 0, reply.Packet.Length)));
        reply.Packet = new PacketHeader { Length = reply.Packet.Length };
        SendParameters parameters = new()
        {
            Source = header.IsMulticastOrBroadcast ? InetAddress.AnyIpv4 : header.Destination,
            Destination = header.Source,
            Protocol = Number,
            TrafficClass = header.TrafficClass,
        };
        _counters.RepliesSent.Increment();
        _ip.Output(reply, parameters, _cache);
    }

    private static bool IsChecksumCorrect(Mbuf message, int offset)
    {
        if ((message.Packet.Offload & (OffloadFlags.ChecksumPartial | OffloadFlags.ChecksumValid)) != 0)
            return true;
        return InternetChecksum.Finish(InternetChecksum.Sum(message, offset, message.Packet.Length - offset)) == 0;
    }

    private void Count(byte type)
    {
        Counter counter = type switch
        {
            IcmpType.Unreachable => _counters.Unreachables,
            IcmpType.TimeExceeded => _counters.TimeExceeded,
            _ => _counters.ParameterProblems,
        };
        counter.Increment();
    }
}
