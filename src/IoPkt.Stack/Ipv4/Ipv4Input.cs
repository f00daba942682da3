namespace IoPkt.Stack;

/// <summary>What becomes of a received packet: checked, then delivered here, forwarded, or dropped and counted.</summary>
internal sealed class Ipv4Input(NetworkStack stack, Ipv4Protocol ip)
{
    private readonly Ipv4Counters _counters = ip.Counters;

    public void Input(NetworkInterface receiver, Mbuf packet)
    {
        _counters.Received.Increment();
        if ((packet.Packet.Link & LinkFlags.OtherHost) != 0)
        {
            Drop(packet, _counters.OtherHost);
            return;
        }
        if (Validate(packet) is not { } valid)
            return;
        packet = valid;
        Ipv4Header header = new(packet.Span);
        InetAddress source = header.Source, destination = header.Destination;
        if (IsMartian(receiver, packet.Packet.Link, source, destination))
        {
            Drop(packet, _counters.Martians);
            return;
        }
        if (header.HeaderLength > Ipv4Header.MinimumLength && !AcceptOptions(receiver, packet))
            return;
        if (ip.Local.IsOwn(destination))
        {
            // RFC 1122, section 3.3.6: a link-layer broadcast must not carry a datagram for one host.
            if ((packet.Packet.Link & (LinkFlags.Broadcast | LinkFlags.Multicast)) != 0)
                Drop(packet, _counters.Martians);
            else if (IsOnWrongInterface(receiver, packet.Packet.Link, destination))
                Drop(packet, _counters.WrongInterface);
            else
                Deliver(receiver, packet, group: false);
        }
        else if (destination.IsMulticast)
        {
            if (ip.Groups.IsMember(receiver, destination))
                Deliver(receiver, packet, group: true);
            else
                Drop(packet, _counters.NotForwardable);
        }
        else if (LocalAddresses.IsBroadcast(destination, receiver))
        {
            Deliver(receiver, packet, group: true);
        }
        else if (ip.Settings.Forwarding)
        {
            ip.Forwarder.Forward(receiver, packet);
        }
        else
        {
            Drop(packet, _counters.NotForwardable);
        }
    }

    /// <summary>RFC 1122, section 3.2.1: version, lengths and checksum. The result's header is contiguous and the link's padding gone.</summary>
    private Mbuf? Validate(Mbuf packet)
    {
        if (packet.Packet.Length < Ipv4Header.MinimumLength)
            return Drop(packet, _counters.TooShort);
        if (packet.Length < Ipv4Header.MinimumLength)
        {
            if (packet.PullUp(Ipv4Header.MinimumLength) is not { } pulled)
                return Count(_counters.NoMemory);
            packet = pulled;
        }
        Ipv4Header header = new(packet.Span);
        if (header.Version != 4)
            return Drop(packet, _counters.BadVersion);
        int headerLength = header.HeaderLength;
        if (headerLength < Ipv4Header.MinimumLength || headerLength > packet.Packet.Length)
            return Drop(packet, _counters.BadHeaderLength);
        if (packet.Length < headerLength)
        {
            if (packet.PullUp(headerLength) is not { } pulled)
                return Count(_counters.NoMemory);
            packet = pulled;
            header = new Ipv4Header(packet.Span);
        }
        if ((packet.Packet.Link & LinkFlags.Loopback) == 0 && !header.IsChecksumCorrect)
            return Drop(packet, _counters.BadChecksum);
        int total = header.TotalLength;
        if (total < headerLength)
            return Drop(packet, _counters.BadHeaderLength);
        if (total > packet.Packet.Length)
            return Drop(packet, _counters.BadLength);
        if (total < packet.Packet.Length)
            packet.Truncate(total);
        return packet;
    }

    /// <summary>RFC 1122, section 3.2.1.3, and RFC 1812, section 5.3.7: addresses that no packet on a wire may have.</summary>
    private bool IsMartian(NetworkInterface receiver, LinkFlags link, in InetAddress source, in InetAddress destination)
    {
        // What we sent ourselves isn't suspect.
        if ((link & LinkFlags.Loopback) != 0)
            return false;
        if (source.IsMulticast || source.Ipv4 >= 0xf000_0000 || source.IsLoopback || destination.IsLoopback)
            return true;
        if (destination.Ipv4 >> 24 == 0 || destination.Ipv4 is >= 0xf000_0000 and not 0xffff_ffff)
            return true;
        // A host that doesn't know its address yet may ask everybody (RFC 1122, section 3.2.1.3 (a)); otherwise 0/8 isn't an address.
        if (source.Ipv4 >> 24 == 0)
            return !source.IsUnspecified || !(destination.IsLimitedBroadcast || destination.IsMulticast);
        return LocalAddresses.IsBroadcast(source, receiver) || ip.Local.IsOwn(source);
    }

    private bool AcceptOptions(NetworkInterface receiver, Mbuf packet)
    {
        Ipv4Header header = new(packet.Span);
        Ipv4OptionsVerdict verdict = Ipv4Options.Check(header.Options, out int pointer);
        if (verdict == Ipv4OptionsVerdict.Accept)
            return true;
        _counters.BadOptions.Increment();
        if (verdict == Ipv4OptionsVerdict.SourceRoute)
        {
            _counters.SourceRouted.Increment();
            ip.Icmp.SendError(packet, Describe(receiver, packet, IsGroup(receiver, header.Destination)), IcmpType.Unreachable, IcmpCode.SourceRouteFailed, 0);
        }
        else
        {
            // The pointer is the octet's position in the datagram, in the first byte of the second word (RFC 792).
            uint information = (uint)(Ipv4Header.MinimumLength + pointer) << 24;
            ip.Icmp.SendError(packet, Describe(receiver, packet, IsGroup(receiver, header.Destination)), IcmpType.ParameterProblem, 0, information);
        }
        packet.Free();
        return false;
    }

    private bool IsOnWrongInterface(NetworkInterface receiver, LinkFlags link, in InetAddress destination) =>
        ip.Settings.CheckInterface && !ip.Settings.Forwarding && (link & LinkFlags.Loopback) == 0 && receiver.FindAddress(destination) is null;

    private static bool IsGroup(NetworkInterface receiver, in InetAddress destination) =>
        destination.IsMulticast || LocalAddresses.IsBroadcast(destination, receiver);

    private void Deliver(NetworkInterface receiver, Mbuf packet, bool group)
    {
        if (new Ipv4Header(packet.Span).IsFragment)
        {
            _counters.Fragments.Increment();
            if (ip.Reassembler.Add(packet) is not { } whole)
                return;
            packet = whole;
        }
        _counters.Delivered.Increment();
        NetworkHeader header = Describe(receiver, packet, group);
        bool taken = ip.RawTable.Deliver(packet, header);
        if (stack.Transport(header.Protocol) is { } transport)
        {
            transport.Input(packet, header);
            return;
        }
        if (!taken)
        {
            _counters.UnknownProtocol.Increment();
            ip.SendError(packet, header, TransportError.ProtocolUnreachable);
        }
        packet.Free();
    }

    /// <summary>The header in the terms that transport protocols use.</summary>
    internal static NetworkHeader Describe(NetworkInterface receiver, Mbuf packet, bool group)
    {
        Ipv4Header header = new(packet.Span);
        return new NetworkHeader
        {
            Source = header.Source,
            Destination = header.Destination,
            Protocol = header.Protocol,
            HeaderLength = header.HeaderLength,
            Ttl = header.Ttl,
            TrafficClass = header.TrafficClass,
            IsMulticastOrBroadcast = group,
            Interface = receiver,
        };
    }

    private static Mbuf? Drop(Mbuf packet, Counter counter)
    {
        counter.Increment();
        packet.Free();
        return null;
    }

    private static Mbuf? Count(Counter counter)
    {
        counter.Increment();
        return null;
    }
}
