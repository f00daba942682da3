namespace IoPkt.Stack;

/// <summary>The IPv4 addresses of this host: one look in an immutable table, whatever the number of interfaces. Read on any thread, rebuilt in the stack context.</summary>
internal sealed class LocalAddresses
{
    private volatile Dictionary<uint, NetworkInterface> _owners = [];

    public void Rebuild(IReadOnlyList<NetworkInterface> interfaces)
    {
        Dictionary<uint, NetworkInterface> owners = [];
        foreach (NetworkInterface owner in interfaces)
        {
            foreach (InterfaceAddress address in owner.Addresses)
            {
                if (address.Address.IsIpv4 && !address.Address.IsUnspecified)
                    owners.TryAdd(address.Address.Ipv4, owner);
            }
        }
        _owners = owners;
    }

    /// <summary>One of ours, unicast. All of 127/8 is (RFC 1122, section 3.2.1.3 (g)).</summary>
    public bool IsOwn(in InetAddress address) => address.IsLoopback || _owners.ContainsKey(address.Ipv4);

    /// <summary>The interface that has the address; <c>null</c>: none, or loopback.</summary>
    public NetworkInterface? FindOwner(in InetAddress address) => _owners.GetValueOrDefault(address.Ipv4);

    /// <summary>A broadcast address for stations on this interface: the limited one or that of a network it's in.</summary>
    public static bool IsBroadcast(in InetAddress address, NetworkInterface on)
    {
        if (address.IsLimitedBroadcast)
            return true;
        if ((on.Flags & InterfaceFlags.Broadcast) == 0)
            return false;
        foreach (InterfaceAddress own in on.Addresses)
        {
            if (own.Broadcast == address && !address.IsUnspecified)
                return true;
        }
        return false;
    }

    /// <summary>The interface's address that packets to this next hop should bear: one in its network, else the first.</summary>
    public static InetAddress? SourceFor(NetworkInterface leaving, in InetAddress nextHop)
    {
        if (leaving.FindAddressFor(nextHop) is { } neighbor)
            return neighbor.Address;
        foreach (InterfaceAddress address in leaving.Addresses)
        {
            if (address.Address.IsIpv4 && !address.Address.IsUnspecified)
                return address.Address;
        }
        return null;
    }
}
