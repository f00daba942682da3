namespace IoPkt.Stack;

/// <summary>Passes packets on between interfaces (RFC 1812, section 5.2).</summary>
internal sealed class Ipv4Forwarder(NetworkStack stack, Ipv4Protocol ip)
{
    private readonly RouteCache _cache = new();

    /// <param name="receiver">Where it came in.</param>
    /// <param name="packet">With a valid header, not for this host. Ownership passes.</param>
    public void Forward(NetworkInterface receiver, Mbuf packet)
    {
        Ipv4Header header = new(packet.Span);
        InetAddress destination = header.Destination, source = header.Source;
        // Link-layer broadcasts (RFC 1812, section 5.3.4), link-local addresses (RFC 3927, section 2.7) and hosts that don't know their address yet stay on their link.
        if ((packet.Packet.Link & (LinkFlags.Broadcast | LinkFlags.Multicast)) != 0 || destination.IsLinkLocalIpv4 || source.IsLinkLocalIpv4 || source.IsUnspecified)
        {
            ip.Counters.NotForwardable.Increment();
            packet.Free();
            return;
        }
        if (header.Ttl <= 1)
        {
            Refuse(receiver, packet, IcmpType.TimeExceeded, IcmpCode.TtlExceeded, 0);
            return;
        }
        Errno error = ip.Router.Find(destination, null, _cache);
        if (error != Errno.None)
        {
            byte code = error == Errno.HostUnreachable ? IcmpCode.HostUnreachable : IcmpCode.NetworkUnreachable;
            Refuse(receiver, packet, IcmpType.Unreachable, code, 0);
            return;
        }
        // A directed broadcast isn't forwarded (RFC 2644).
        if (_cache.IsBroadcast || _cache.Interface!.IsLoopback)
        {
            ip.Counters.NotForwardable.Increment();
            packet.Free();
            return;
        }
        int size = WireSize(packet, 0, packet.Packet.Length);
        // Merged segments can't be sent as fragments, so their sender has to be told whether it set DF or not; in practice it did.
        if (size > _cache.Interface!.Mtu && (header.DontFragment || packet.Packet.Segmentation != SegmentationType.None))
        {
            ip.Counters.CannotFragment.Increment();
            Refuse(receiver, packet, IcmpType.Unreachable, IcmpCode.FragmentationNeeded, (uint)_cache.Interface.Mtu);
            return;
        }
        bool isRedirected = SuggestsRedirect(receiver, source, _cache);
        if (isRedirected)
            Redirect(receiver, packet, _cache.NextHop);
        if (WritableHeaders.Ensure(stack.Pool, packet, header.HeaderLength) is not { } writable)
        {
            ip.Counters.NoMemory.Increment();
            return;
        }
        Ipv4Header changed = new(writable.Span);
        changed.ReplaceWord(8, (ushort)((changed.Ttl - 1) << 8 | changed.Protocol));
        ip.Counters.Forwarded.Increment();
        // What the receiving device verified says nothing to the next one.
        writable.Packet.Offload &= ~OffloadFlags.ChecksumValid;
        ip.Sender.Pass(writable, _cache);
        // A sender that doesn't follow a redirect must get another now and then, so its packets stay on the slow path.
        if (!isRedirected && ip.Settings.FastForwarding && (_cache.Route!.Flags & RouteFlags.Blackhole) == 0)
            ip.Flows.Add(receiver, source, destination, _cache);
    }

    /// <summary>How large a packet is where it's sent: a merged one, as its segments.</summary>
    /// <param name="packet">Its marks count from its present beginning.</param>
    /// <param name="start">Where its IP header begins.</param>
    /// <param name="length">From the IP header on.</param>
    internal static int WireSize(Mbuf packet, int start, int length) => packet.Packet.Segmentation == SegmentationType.None
        ? length
        : packet.Packet.ChecksumStart - start + packet.Packet.TransportHeaderLength + packet.Packet.SegmentSize;

    /// <summary>RFC 1812, section 5.2.7.2: it leaves by the interface that it came in by, to a router that its sender could have reached itself.</summary>
    private bool SuggestsRedirect(NetworkInterface receiver, in InetAddress source, RouteCache route) =>
        ip.Settings.SendRedirects
        && route.Interface == receiver
        && receiver.FindAddressFor(source) is { } network
        && network == receiver.FindAddressFor(route.NextHop);

    private void Redirect(NetworkInterface receiver, Mbuf packet, in InetAddress router)
    {
        ip.Counters.RedirectsSent.Increment();
        ip.Icmp.SendError(packet, Ipv4Input.Describe(receiver, packet, group: false), IcmpType.Redirect, IcmpCode.RedirectHost, router.Ipv4);
    }

    private void Refuse(NetworkInterface receiver, Mbuf packet, byte type, byte code, uint information)
    {
        ip.Counters.NotForwardable.Increment();
        ip.Icmp.SendError(packet, Ipv4Input.Describe(receiver, packet, group: false), type, code, information);
        packet.Free();
    }
}
