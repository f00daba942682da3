using System.Net;

namespace IoPkt.Stack;

/// <summary>One Ethernet interface as one protocol module sees it.</summary>
internal sealed class ProtocolInterface(ProtocolHost host, NetworkInterface owner, EthernetLink link) : IProtocolInterface
{
    private readonly List<Listener> _listeners = [];
    private readonly List<InetAddress> _addresses = [];
    private readonly List<(InetAddress Network, int PrefixLength)> _routes = [];

    public string Name => owner.Name;

    public MacAddress LinkAddress => owner.LinkAddress;

    public int Mtu => owner.Mtu;

    public bool IsUp => owner.IsUp;

    public IReadOnlyList<ProtocolAddress> Addresses => [.. owner.Addresses.Select(a => new ProtocolAddress(IPAddress.Parse(a.Address.ToString()), a.PrefixLength))];

    private InterfaceTable Table => host.Stack.Interfaces;

    public IDisposable Listen(int etherType, FrameListener listener)
    {
        ArgumentNullException.ThrowIfNull(listener);
        Listener added = new(this, CheckType(etherType), listener);
        _listeners.Add(added);
        link.Add(added);
        return added;
    }

    public void Send(Mbuf payload, MacAddress destination, int etherType) => link.Transmit(payload, destination, CheckType(etherType));

    public void RequestUp() => host.RequestUp(owner);

    public void AddAddress(IPAddress address, int prefixLength, bool isProbed)
    {
        InetAddress added = Convert(address);
        ArgumentOutOfRangeException.ThrowIfNegative(prefixLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(prefixLength, 32);
        InetAddress broadcast = prefixLength >= 31 ? InetAddress.AnyIpv4 : InetAddress.FromIpv4(added.Ipv4 | uint.MaxValue >> prefixLength);
        _addresses.Add(added);
        Table.AddAddress(owner, new InterfaceAddress(added, prefixLength, broadcast, InetAddress.AnyIpv4) { IsProbed = isProbed });
    }

    public bool RemoveAddress(IPAddress address)
    {
        InetAddress removed = Convert(address);
        _addresses.Remove(removed);
        return Table.RemoveAddress(owner, removed);
    }

    public bool AddRoute(IPAddress network, int prefixLength)
    {
        Route route = new(Convert(network), prefixLength, InetAddress.AnyIpv4, owner, RouteFlags.Up | RouteFlags.Static);
        if (host.Stack.Ipv4.Routes.Add(route) != Errno.None)
            return false;
        _routes.Add((route.Destination, prefixLength));
        return true;
    }

    public void RemoveRoute(IPAddress network, int prefixLength)
    {
        if (_routes.Remove((Convert(network), prefixLength)))
            host.Stack.Ipv4.Routes.Delete(Convert(network), prefixLength);
    }

    /// <summary>Takes back what the module had of the interface.</summary>
    internal void Close()
    {
        foreach (Listener listener in _listeners.ToArray())
            listener.Dispose();
        foreach (InetAddress address in _addresses)
            Table.RemoveAddress(owner, address);
        _addresses.Clear();
        foreach ((InetAddress network, int prefixLength) in _routes)
            host.Stack.Ipv4.Routes.Delete(network, prefixLength);
        _routes.Clear();
    }

    private static ushort CheckType(int etherType)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(etherType, EtherTypes.SmallestType);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(etherType, ushort.MaxValue);
        return (ushort)etherType;
    }

    private static InetAddress Convert(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork
            ? InetAddress.Read(address.GetAddressBytes())
            : throw new ArgumentException($"{address} isn't an IPv4 address", nameof(address));
    }

    private sealed class Listener(ProtocolInterface view, ushort etherType, FrameListener listener) : IFrameListener, IDisposable
    {
        public ushort EtherType => etherType;

        public FrameVerdict Input(Mbuf payload, in FrameAddresses addresses)
        {
            try
            {
                return listener(payload, addresses);
            }
#pragma warning disable CA1031 // A module may throw anything.
            catch (Exception e)
#pragma warning restore CA1031
            {
                view.Fault(e);
                return FrameVerdict.Pass;
            }
        }

        public void Dispose()
        {
            view._listeners.Remove(this);
            view.Unlisten(this);
        }
    }

    private void Fault(Exception exception) => host.Fault(exception);

    private void Unlisten(IFrameListener listener) => link.Remove(listener);
}
