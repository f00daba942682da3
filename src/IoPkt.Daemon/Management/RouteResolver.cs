using IoPkt.Stack;
using IoPkt.Wire.Management;

namespace IoPkt.Daemon.Management;

/// <summary>Makes a route from what was asked for: checks it, and finds the interface that it leaves by.</summary>
internal static class RouteResolver
{
    /// <exception cref="ManagementException">The destination, the gateway or the interface makes no sense.</exception>
    public static Route Resolve(NetworkStack stack, RouteSettings settings)
    {
        int prefixLength = RequestValues.PrefixLength(settings.PrefixLength);
        InetAddress destination = RequestValues.Ipv4(settings.Destination, "destination").Mask(prefixLength);
        if (settings.Reject && settings.Blackhole)
            throw new ManagementException(Errno.Invalid, "a route either rejects packets or drops them silently, not both");
        if (settings.Mtu is int mtu and (< 68 or > 65535))
            throw new ManagementException(Errno.Invalid, $"mtu {mtu} is not in 68…65535");

        InetAddress gateway = RequestValues.Ipv4OrAny(settings.Gateway, "gateway");
        NetworkInterface leaving = FindInterface(stack, gateway, settings.Interface);

        RouteFlags flags = RouteFlags.Up | RouteFlags.Static;
        if (!gateway.IsUnspecified)
            flags |= RouteFlags.Gateway;
        if (prefixLength == 32)
            flags |= RouteFlags.Host;
        if (settings.Reject)
            flags |= RouteFlags.Reject;
        if (settings.Blackhole)
            flags |= RouteFlags.Blackhole;
        return new Route(destination, prefixLength, gateway, leaving, flags, settings.Mtu ?? 0);
    }

    private static NetworkInterface FindInterface(NetworkStack stack, in InetAddress gateway, string? named)
    {
        if (named is not null)
        {
            // "-interface 10.0.0.1" names an interface by its own address.
            if (InetAddress.TryParse(named, out InetAddress own) && stack.Interfaces.FindOwner(own) is NetworkInterface owner)
                return owner;
            return RequestValues.Interface(stack, named);
        }
        if (gateway.IsUnspecified)
            throw new ManagementException(Errno.Invalid, "a route needs a gateway or an interface");
        if (gateway.IsMulticast || gateway.IsLimitedBroadcast)
            throw new ManagementException(Errno.NetworkUnreachable, $"{gateway} can't be a gateway");
        NetworkInterface? own2 = stack.Interfaces.FindOwner(gateway);
        if (own2 is not null)
            return own2;
        InterfaceAddress? best = null;
        NetworkInterface? found = null;
        foreach (NetworkInterface candidate in stack.Interfaces.All)
        {
            if (candidate.FindAddressFor(gateway) is InterfaceAddress address && (best is null || address.PrefixLength > best.PrefixLength))
            {
                best = address;
                found = candidate;
            }
        }
        return found ?? throw new ManagementException(
            Errno.NetworkUnreachable, $"gateway {gateway}: Network is unreachable (it isn't in the network of any interface)");
    }
}
