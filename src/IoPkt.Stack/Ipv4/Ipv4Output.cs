namespace IoPkt.Stack;

/// <summary>Sends what the transport protocols, raw sockets and the forwarder hand over: header, size, and the way to the link.</summary>
internal sealed class Ipv4Output(NetworkStack stack, Ipv4Protocol ip)
{
    private readonly Ipv4Counters _counters = ip.Counters;
    private readonly IpIdentifiers _identifiers = new(stack.Random);

    public Errno Send(Mbuf packet, in SendParameters parameters, RouteCache cache)
    {
        Errno error = ip.Router.Find(parameters.Destination, parameters.Interface, cache);
        if (error != Errno.None)
        {
            _counters.NoRoute.Increment();
            packet.Free();
            return error;
        }
        if (cache.IsBroadcast && !parameters.AllowBroadcast)
        {
            packet.Free();
            return Errno.AccessDenied;
        }
        InetAddress source = parameters.Source.IsUnspecified ? cache.Source : parameters.Source;
        if (!cache.MayBear(source))
        {
            packet.Free();
            return Errno.Invalid;
        }
        if (packet.Packet.Length > Ipv4Header.MaximumPacket - Ipv4Header.MinimumLength)
        {
            packet.Free();
            return Errno.MessageTooLong;
        }
        if (packet.Prepend(Ipv4Header.MinimumLength) is not { } whole)
        {
            _counters.NoMemory.Increment();
            return Errno.NoBuffers;
        }
        // Zero says that the packet is ours: see Undeliverable.
        whole.Packet.ReceiveInterface = 0;
        whole.Packet.Link = LinkFlags.None;
        bool atomic = parameters.DontFragment && (!cache.MustAllowFragments || parameters.IsSizeProbe);
        Ipv4Header header = new(whole.Span);
        header.Initialize();
        header.TrafficClass = parameters.TrafficClass;
        header.TotalLength = whole.Packet.Length;
        header.Ttl = parameters.Ttl != 0 ? parameters.Ttl : ip.Settings.DefaultTtl;
        header.Protocol = parameters.Protocol;
        header.Source = source;
        header.Destination = parameters.Destination;
        if (atomic)
            header.Fragment = Ipv4Header.DontFragmentFlag; // RFC 6864, section 4.1: the identification of such a datagram means nothing.
        else
            header.Identification = _identifiers.Next(source, parameters.Destination, parameters.Protocol);
        _counters.Sent.Increment();
        if (parameters.Destination.IsMulticast)
            return SendToGroup(whole, parameters, cache);
        return Transmit(whole, cache, parameters.IsSizeProbe || parameters.IgnoresPathMtu ? cache.LinkMtu : cache.Mtu);
    }

    /// <summary>Sends a packet whose header the user made (IP_HDRINCL): what's left open in it is filled in.</summary>
    public Errno SendWithHeader(Mbuf packet, in SendParameters parameters, RouteCache cache)
    {
        Errno error = ip.Router.Find(parameters.Destination, parameters.Interface, cache);
        if (error == Errno.None && cache.IsBroadcast && !parameters.AllowBroadcast)
            error = Errno.AccessDenied;
        if (error == Errno.None && packet.Packet.Length > cache.Mtu)
            error = Errno.MessageTooLong;
        if (error != Errno.None)
        {
            packet.Free();
            return error;
        }
        packet.Packet = new PacketHeader { Length = packet.Packet.Length };
        Ipv4Header header = new(packet.Span);
        header.TotalLength = packet.Packet.Length;
        if (header.Source.IsUnspecified)
            header.Source = cache.Source;
        if (header.Identification == 0 && !header.DontFragment)
            header.Identification = _identifiers.Next(header.Source, header.Destination, header.Protocol);
        _counters.Sent.Increment();
        return header.Destination.IsMulticast ? SendToGroup(packet, parameters, cache) : Transmit(packet, cache);
    }

    /// <summary>Sends a packet with a complete header, but for its checksum, by a known way; in fragments or segments if it must be. Ownership passes.</summary>
    public Errno Transmit(Mbuf packet, RouteCache cache) => Transmit(packet, cache, cache.Mtu);

    private Errno Transmit(Mbuf packet, RouteCache cache, int mtu)
    {
        NetworkInterface leaving = cache.Interface!;
        if (cache.Route is { } route && (route.Flags & RouteFlags.Blackhole) != 0)
        {
            packet.Free();
            return Errno.None;
        }
        Ipv4Header header = new(packet.Span);
        int size = packet.Packet.Length;
        if (packet.Packet.Segmentation != SegmentationType.None)
            size = packet.Packet.ChecksumStart + packet.Packet.TransportHeaderLength + packet.Packet.SegmentSize;
        if (size > mtu)
        {
            if (header.DontFragment || packet.Packet.Segmentation != SegmentationType.None)
            {
                _counters.CannotFragment.Increment();
                packet.Free();
                return Errno.MessageTooLong;
            }
            return SendFragments(packet, leaving, cache.NextHop, mtu);
        }
        if (!leaving.IsLoopback)
            header.UpdateChecksum();
        return ToLink(packet, leaving, cache.NextHop);
    }

    /// <summary>Passes on a packet that isn't ours, its header complete. What other hosts learned of their paths is no matter here, only the link's MTU.</summary>
    public void Pass(Mbuf packet, RouteCache cache)
    {
        NetworkInterface leaving = cache.Interface!;
        if (cache.Route is { } route && (route.Flags & RouteFlags.Blackhole) != 0)
            packet.Free();
        else if (packet.Packet.Segmentation == SegmentationType.None && packet.Packet.Length > leaving.Mtu)
            SendFragments(packet, leaving, cache.NextHop, leaving.Mtu);
        else
            ToLink(packet, leaving, cache.NextHop);
    }

    private Errno SendToGroup(Mbuf packet, in SendParameters parameters, RouteCache cache)
    {
        NetworkInterface leaving = cache.Interface!;
        if (!parameters.SuppressLoop && !leaving.IsLoopback && ip.Groups.IsMember(leaving, parameters.Destination)
            && packet.CopyRange(0, packet.Packet.Length) is { } copy)
        {
            int length = copy.Packet.Length;
            copy.Packet = packet.Packet;
            copy.Packet.Length = length;
            copy.Packet.ReceiveInterface = leaving.Index;
            ip.Loop(copy);
        }
        if (parameters.HostOnly)
        {
            packet.Free();
            return Errno.None;
        }
        return Transmit(packet, cache);
    }

    private Errno SendFragments(Mbuf packet, NetworkInterface leaving, in InetAddress nextHop, int mtu)
    {
        // The checksum covers the whole datagram, so it can't be left to a device that sees the parts.
        if (ChecksumOffload.Complete(stack.Pool, packet) is not { } whole)
        {
            _counters.NoMemory.Increment();
            return Errno.NoBuffers;
        }
        MbufQueue fragments = default;
        if (!Ipv4Fragmentation.Split(stack.Pool, whole, mtu, ref fragments))
        {
            _counters.NoMemory.Increment();
            fragments.FreeAll();
            return Errno.NoBuffers;
        }
        _counters.FragmentedPackets.Increment();
        _counters.FragmentsSent.Add(fragments.Count);
        Errno result = Errno.None;
        while (fragments.TryDequeue(out Mbuf? fragment))
        {
            Errno error = ToLink(fragment, leaving, nextHop);
            if (error != Errno.None)
                result = error;
        }
        return result;
    }

    /// <summary>What the device can't do is done here, at the last moment.</summary>
    private Errno ToLink(Mbuf packet, NetworkInterface leaving, in InetAddress nextHop)
    {
        if (packet.Packet.Segmentation != SegmentationType.None && !Segmentation.IsDoneBy(leaving, packet))
            return SendSegments(packet, leaving, nextHop);
        if ((packet.Packet.Offload & OffloadFlags.ChecksumPartial) != 0 && !ChecksumOffload.IsDoneBy(leaving, packet))
        {
            if (ChecksumOffload.Complete(stack.Pool, packet) is not { } complete)
            {
                _counters.NoMemory.Increment();
                return Errno.NoBuffers;
            }
            packet = complete;
        }
        return leaving.Link.Output(packet, EtherTypes.Ipv4, nextHop);
    }

    private Errno SendSegments(Mbuf packet, NetworkInterface leaving, in InetAddress nextHop)
    {
        MbufQueue segments = default;
        if (!Segmentation.Split(stack.Pool, packet, ref segments))
        {
            _counters.NoMemory.Increment();
            segments.FreeAll();
            return Errno.NoBuffers;
        }
        _counters.SegmentedPackets.Increment();
        Errno result = Errno.None;
        while (segments.TryDequeue(out Mbuf? segment))
        {
            Errno error = ToLink(segment, leaving, nextHop);
            if (error != Errno.None)
                result = error;
        }
        return result;
    }
}
