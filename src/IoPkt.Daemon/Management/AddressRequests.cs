using IoPkt.Daemon.Interfaces;
using IoPkt.Daemon.Threads;
using IoPkt.Stack;
using IoPkt.Wire.Management;

namespace IoPkt.Daemon.Management;

/// <summary>The addresses of interfaces.</summary>
internal sealed class AddressRequests(IStackContext context, IInterfaceControl control) : IOperationGroup
{
    public void Register(OperationTable table)
    {
        table.Add(ManagementOperations.SetAddress, SetAsync);
        table.Add(ManagementOperations.DeleteAddress, DeleteAsync);
    }

    private async Task<NoResult> SetAsync(AddressSettings settings)
    {
        NetworkInterface owner = await context.InvokeAsync(stack => Set(stack, settings)).ConfigureAwait(false);

        // As on BSD, an interface goes up with its address.
        if (!owner.IsUp)
            await control.SetUpAsync(owner.Name, true).ConfigureAwait(false);
        return new NoResult();
    }

    private async Task<NoResult> DeleteAsync(AddressName request)
    {
        await context.InvokeAsync(stack =>
        {
            NetworkInterface owner = RequestValues.Interface(stack, request.Interface);
            InetAddress address = request.Address is not null
                ? RequestValues.Ipv4(request.Address, "address")
                : First(owner)?.Address
                    ?? throw new ManagementException(Errno.AddressNotAvailable, $"{owner.Name} has no address");
            return stack.Interfaces.RemoveAddress(owner, address)
                ? true
                : throw new ManagementException(Errno.AddressNotAvailable, $"{owner.Name} has no address {address}");
        }).ConfigureAwait(false);
        return new NoResult();
    }

    /// <returns>The interface.</returns>
    private static NetworkInterface Set(NetworkStack stack, AddressSettings settings)
    {
        NetworkInterface owner = RequestValues.Interface(stack, settings.Interface);
        InetAddress address = RequestValues.Ipv4(settings.Address, "address");
        if (address.IsUnspecified || address.IsMulticast || address.IsLimitedBroadcast)
            throw new ManagementException(Errno.AddressNotAvailable, $"{address} can't be the address of an interface");
        NetworkInterface? other = stack.Interfaces.FindOwner(address);
        if (other is not null && other != owner)
            throw new ManagementException(Errno.Exists, $"{address} is an address of {other.Name} already");

        InterfaceAddress? same = owner.FindAddress(address);
        int prefixLength = settings.PrefixLength is int given ? RequestValues.PrefixLength(given)
            : settings.Destination is not null ? 32
            : same?.PrefixLength ?? ClassPrefixLength(address);
        InterfaceAddress added = new(address, prefixLength, Broadcast(owner, address, prefixLength, settings), Destination(owner, settings));

        // Nothing that isn't told apart from what's there: no probe, no lost neighbours.
        if (same == added && (settings.Alias || First(owner) == same))
            return owner;
        stack.Interfaces.AddAddress(owner, added, settings.Alias ? null : First(owner));
        return owner;
    }

    private static InetAddress Broadcast(NetworkInterface owner, in InetAddress address, int prefixLength, AddressSettings settings)
    {
        bool broadcasts = (owner.Flags & InterfaceFlags.Broadcast) != 0;
        if (settings.Broadcast is not null)
        {
            return broadcasts
                ? RequestValues.Ipv4(settings.Broadcast, "broadcast address")
                : throw new ManagementException(Errno.Invalid, $"{owner.Name} can't broadcast");
        }

        // RFC 3021: a network of two addresses has none to spare for broadcasts; one address is no network.
        if (!broadcasts || prefixLength > 30)
            return InetAddress.AnyIpv4;
        uint hostPart = prefixLength == 0 ? uint.MaxValue : uint.MaxValue >> prefixLength;
        return InetAddress.FromIpv4(address.Ipv4 | hostPart);
    }

    private static InetAddress Destination(NetworkInterface owner, AddressSettings settings)
    {
        if (settings.Destination is null)
            return InetAddress.AnyIpv4;
        return (owner.Flags & InterfaceFlags.PointToPoint) != 0
            ? RequestValues.Ipv4(settings.Destination, "destination address")
            : throw new ManagementException(Errno.Invalid, $"{owner.Name} is not a point-to-point interface, so it has no destination address");
    }

    /// <summary>RFC 791, section 3.2: what an address meant before there were masks, and still the default of ifconfig.</summary>
    private static int ClassPrefixLength(in InetAddress address) => (address.Ipv4 >> 24) switch
    {
        < 128 => 8,
        < 192 => 16,
        _ => 24,
    };

    private static InterfaceAddress? First(NetworkInterface owner) => owner.Addresses.FirstOrDefault(a => a.Address.IsIpv4);
}
