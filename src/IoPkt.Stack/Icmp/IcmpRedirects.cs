namespace IoPkt.Stack;

/// <summary>What a host makes of redirects (RFC 1122, section 3.2.2.2): a route to one host, for a while. <c>netstat -r</c> marks it D.</summary>
internal sealed class IcmpRedirects(NetworkStack stack, Ipv4Protocol ip, IcmpCounters counters)
{
    /// <summary>Hosts that may have such a route at one time: whoever sits on our link mustn't fill the table.</summary>
    private const int MaximumRoutes = 1024;

    private readonly Dictionary<InetAddress, StackTimer> _timers = [];

    /// <param name="header">Of the redirect.</param>
    /// <param name="destination">Of the packet that it's about, which we sent.</param>
    /// <param name="router">Whom it names.</param>
    public void Receive(in NetworkHeader header, InetAddress destination, in InetAddress router)
    {
        if (!ip.Settings.AcceptRedirects || ip.Settings.Forwarding || !IsPlausible(header, destination, router, out NetworkInterface? leaving))
        {
            counters.RedirectsIgnored.Increment();
            return;
        }
        if (ip.Routes.FindExact(destination, 32) is { } old)
            ip.Routes.Delete(old.Destination, 32);
        ip.Routes.Add(new Route(destination, 32, router, leaving, RouteFlags.Up | RouteFlags.Gateway | RouteFlags.Host | RouteFlags.Dynamic));
        if (!_timers.TryGetValue(destination, out StackTimer? timer))
            _timers.Add(destination, timer = new StackTimer(stack.Timers, () => Forget(destination)));
        timer.ArmAfter((long)ip.Settings.RedirectLifetime.TotalMicroseconds);
    }

    /// <summary>
    /// "A Redirect message SHOULD be silently discarded if the new gateway address it specifies is not on the same connected (sub-) net through which the Redirect arrived …
    /// or if the source of the Redirect is not the current first-hop gateway for the specified destination".
    /// </summary>
    private bool IsPlausible(in NetworkHeader header, in InetAddress destination, in InetAddress router, out NetworkInterface leaving)
    {
        leaving = header.Interface;
        if (ip.Routes.Find(destination) is not { } route || route.Interface != leaving || (route.Flags & RouteFlags.Gateway) == 0 || route.Gateway != header.Source)
            return false;
        if (ip.Routes.FindExact(destination, 32) is { } exact ? (exact.Flags & RouteFlags.Dynamic) == 0 : _timers.Count >= MaximumRoutes)
            return false;
        return leaving.FindAddressFor(router) is not null && !ip.Local.IsOwn(router) && !LocalAddresses.IsBroadcast(router, leaving) && !router.IsMulticast
            && !router.IsUnspecified && router != header.Source;
    }

    private void Forget(InetAddress destination)
    {
        _timers.Remove(destination);
        if (ip.Routes.FindExact(destination, 32) is { } route && (route.Flags & RouteFlags.Dynamic) != 0)
            ip.Routes.Delete(destination, 32);
    }
}
