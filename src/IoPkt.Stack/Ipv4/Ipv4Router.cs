namespace IoPkt.Stack;

/// <summary>How a packet leaves: interface, next hop, source address and path MTU, for a sender to remember.</summary>
internal sealed class Ipv4Router(NetworkStack stack, Ipv4Protocol ip)
{
    /// <summary>The hot path: what the sender remembers still holds.</summary>
    public Errno Find(in InetAddress destination, NetworkInterface? bound, RouteCache cache)
    {
        if (cache.Generation == ip.Routes.Generation && cache.Destination == destination && cache.Bound == bound)
            return Errno.None;
        Errno error = Fill(destination, bound, cache);
        if (error != Errno.None)
            cache.Clear();
        return error;
    }

    private Errno Fill(in InetAddress destination, NetworkInterface? bound, RouteCache cache)
    {
        if (!destination.IsIpv4)
            return Errno.AddressFamilyNotSupported;
        if (bound is { IsUp: false })
            return Errno.NetworkDown;
        cache.Destination = destination;
        cache.Bound = bound;
        cache.Route = null;
        cache.IsBroadcast = false;
        cache.MustAllowFragments = false;
        cache.NextHop = destination;
        if (ip.Local.IsOwn(destination))
        {
            cache.Interface = stack.Loopback;
            cache.Source = destination;
            return Complete(cache, stack.Loopback.Mtu);
        }
        bool toGroup = destination.IsMulticast || destination.IsLimitedBroadcast;
        Route? route = ip.Routes.Find(destination, bound);
        if (route is null && bound is null && toGroup)
            bound = FirstInterface(destination.IsMulticast ? InterfaceFlags.Multicast : InterfaceFlags.Broadcast);
        if (route is null && bound is null)
            return Errno.NetworkUnreachable;
        if (route is not null && (route.Flags & RouteFlags.Reject) != 0)
            return (route.Flags & RouteFlags.Host) != 0 ? Errno.HostUnreachable : Errno.NetworkUnreachable;
        // Bound to an interface that has no route there: the destination is taken to be a neighbour (SO_DONTROUTE, and a client that has no routes yet).
        NetworkInterface leaving = route?.Interface ?? bound!;
        if (route is not null)
            route.Uses++;
        cache.Route = route;
        cache.Interface = leaving;
        if (!toGroup && route is not null && (route.Flags & RouteFlags.Gateway) != 0)
            cache.NextHop = route.Gateway;
        cache.IsBroadcast = LocalAddresses.IsBroadcast(destination, leaving);
        if (LocalAddresses.SourceFor(leaving, cache.NextHop) is { } source)
            cache.Source = source;
        else if (AnySource() is { } other)
            cache.Source = other;
        else if (toGroup)
            cache.Source = InetAddress.AnyIpv4; // A host that asks for its address (RFC 1122, section 3.2.1.3 (a)).
        else
            return Errno.AddressNotAvailable;
        return Complete(cache, route is { Mtu: > 0 } ? Math.Min(route.Mtu, leaving.Mtu) : leaving.Mtu);
    }

    private Errno Complete(RouteCache cache, int mtu)
    {
        cache.Mtu = cache.LinkMtu = mtu;
        if (ip.PathMtus.TryFind(cache.Destination, out int known, out bool mustAllowFragments) && known <= mtu)
        {
            cache.Mtu = known;
            cache.MustAllowFragments = mustAllowFragments;
        }
        cache.Generation = ip.Routes.Generation;
        return Errno.None;
    }

    private NetworkInterface? FirstInterface(InterfaceFlags needed)
    {
        foreach (NetworkInterface candidate in stack.Interfaces.All)
        {
            if (candidate.IsUp && !candidate.IsLoopback && (candidate.Flags & needed) != 0)
                return candidate;
        }
        return null;
    }

    /// <summary>An unnumbered interface borrows another's address (RFC 1812, section 2.2.7).</summary>
    private InetAddress? AnySource()
    {
        foreach (NetworkInterface candidate in stack.Interfaces.All)
        {
            if (!candidate.IsLoopback && candidate.IsUp && LocalAddresses.SourceFor(candidate, InetAddress.AnyIpv4) is { } source)
                return source;
        }
        return null;
    }
}
