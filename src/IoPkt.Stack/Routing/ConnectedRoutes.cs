namespace IoPkt.Stack;

/// <summary>
/// The routes that come with interfaces' addresses. They follow from the addresses alone: after each change the ones that should be are compared with the ones that are.
/// Two interfaces in one network share its route; the one that's up, or came first, has it, and the other takes over when that goes.
/// </summary>
internal static class ConnectedRoutes
{
    public static void Refresh(RouteTable routes, AddressFamily family, IReadOnlyList<NetworkInterface> interfaces)
    {
        Dictionary<(InetAddress, int), Route> wanted = [];
        // Interfaces that are up have the first choice.
        foreach (NetworkInterface owner in interfaces.OrderBy(i => i.IsUp ? 0 : 1))
        {
            foreach (InterfaceAddress address in owner.Addresses)
            {
                if (address.Address.Family == family && !address.Address.IsUnspecified)
                    Want(wanted, owner, address);
            }
        }
        foreach (Route existing in routes.All)
        {
            if ((existing.Flags & RouteFlags.Connected) == 0)
                continue;
            if (wanted.TryGetValue((existing.Destination, existing.PrefixLength), out Route? same) && IsSame(existing, same))
                continue;
            routes.Delete(existing.Destination, existing.PrefixLength);
        }
        // A route that somebody made by hand to the same network stays: Add refuses a second one.
        foreach (Route route in wanted.Values)
            routes.Add(route);
    }

    private static void Want(Dictionary<(InetAddress, int), Route> wanted, NetworkInterface owner, InterfaceAddress address)
    {
        bool pointToPoint = !address.Destination.IsUnspecified;
        InetAddress network = pointToPoint ? address.Destination : address.Address.Mask(address.PrefixLength);
        int length = pointToPoint ? 8 * network.Size : address.PrefixLength;
        RouteFlags flags = RouteFlags.Up | RouteFlags.Connected;
        // One's own address alone is no network: it's reached by loopback.
        if (length == 8 * network.Size && !pointToPoint)
            return;
        if (pointToPoint)
            flags |= RouteFlags.Host;
        wanted.TryAdd((network, length), new Route(network, length, InetAddress.Any(network.Family), owner, flags));
    }

    private static bool IsSame(Route left, Route right) =>
        left.Interface == right.Interface && left.Gateway == right.Gateway && left.Flags == right.Flags;
}
