using IoPkt.Daemon.Threads;
using IoPkt.Stack;
using IoPkt.Wire.Management;

namespace IoPkt.Daemon.Management;

/// <summary>The ARP tables of all interfaces.</summary>
internal sealed class NeighborRequests(IStackContext context) : IOperationGroup
{
    public void Register(OperationTable table)
    {
        table.Add(ManagementOperations.Neighbors, _ => context.InvokeAsync(List));
        table.Add(ManagementOperations.SetNeighbor, settings => context.InvokeAsync(stack => Set(stack, settings)));
        table.Add(ManagementOperations.DeleteNeighbor, name => context.InvokeAsync(stack => Delete(stack, name)));
    }

    private static NeighborList List(NetworkStack stack) => new(
        [.. Links(stack).SelectMany(l => l.Link.Arp.Neighbors.OrderBy(n => n.Address.Ipv4).Select(n => Describe(l.Owner, n)))]);

    private static NeighborInfo Set(NetworkStack stack, NeighborSettings settings)
    {
        InetAddress address = RequestValues.Ipv4(settings.Address, "address");
        if (!MacAddress.TryParse(settings.LinkAddress, out MacAddress linkAddress))
            throw new ManagementException(Errno.Invalid, $"'{settings.LinkAddress}' is not an Ethernet address");
        if (linkAddress.IsMulticast || linkAddress.IsZero)
            throw new ManagementException(Errno.Invalid, $"{linkAddress} can't be the address of one station");
        (NetworkInterface owner, EthernetLink link) = FindLink(stack, address, settings.Interface);
        link.Arp.SetStatic(address, linkAddress);
        return link.Arp.TryFind(address, out Neighbor? set)
            ? Describe(owner, set)
            : throw new ManagementException(Errno.NoBuffers, $"{address}: the ARP table of {owner.Name} is full");
    }

    private static NeighborList Delete(NetworkStack stack, NeighborName name)
    {
        InetAddress? address = name.Address is null ? null : RequestValues.Ipv4(name.Address, "address");
        List<NeighborInfo> deleted = [];
        foreach ((NetworkInterface owner, EthernetLink link) in Links(stack))
        {
            foreach (Neighbor neighbor in link.Arp.Neighbors.Where(n => address is null || n.Address == address).ToArray())
            {
                deleted.Add(Describe(owner, neighbor));
                link.Arp.Remove(neighbor.Address);
            }
        }
        return address is null || deleted.Count > 0
            ? new NeighborList(deleted)
            : throw new ManagementException(Errno.NoEntry, $"{address}: no entry");
    }

    private static (NetworkInterface Owner, EthernetLink Link) FindLink(NetworkStack stack, in InetAddress address, string? named)
    {
        NetworkInterface? owner = null;
        if (named is not null)
        {
            owner = RequestValues.Interface(stack, named);
        }
        else
        {
            foreach ((NetworkInterface candidate, _) in Links(stack))
            {
                if (candidate.FindAddressFor(address) is not null)
                    owner ??= candidate;
            }
        }
        if (owner is null)
            throw new ManagementException(Errno.NetworkUnreachable, $"{address}: Network is unreachable (it isn't in the network of any Ethernet interface)");
        return owner.Link is EthernetLink link
            ? (owner, link)
            : throw new ManagementException(Errno.NotSupported, $"{owner.Name} has no ARP table");
    }

    private static IEnumerable<(NetworkInterface Owner, EthernetLink Link)> Links(NetworkStack stack)
    {
        foreach (NetworkInterface owner in stack.Interfaces.All)
        {
            if (owner.Link is EthernetLink link)
                yield return (owner, link);
        }
    }

    private static NeighborInfo Describe(NetworkInterface owner, Neighbor neighbor) => new(
        neighbor.Address.ToString(),
        owner.Name,
        StateName(neighbor.State),
        neighbor.LinkAddress.IsZero ? null : neighbor.LinkAddress.ToString());

    private static string StateName(NeighborState state) => state switch
    {
        NeighborState.Incomplete => "incomplete",
        NeighborState.Reachable => "reachable",
        NeighborState.Stale => "stale",
        NeighborState.Delay => "delay",
        NeighborState.Probe => "probe",
        NeighborState.Failed => "failed",
        NeighborState.Static => "static",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };
}
