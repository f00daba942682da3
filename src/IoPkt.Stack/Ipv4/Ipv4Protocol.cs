namespace IoPkt.Stack;

/// <summary>IPv4 (RFC 791) with the host requirements of RFC 1122.</summary>
public sealed class Ipv4Protocol : INetworkProtocol
{
    private readonly NetworkStack _stack;
    private readonly Ipv4Input _input;

    internal Ipv4Protocol(NetworkStack stack)
    {
        _stack = stack;
        Settings.Forwarding = stack.Options.Forwarding;
        Settings.FastForwarding = stack.Options.FastForwarding;
        FastForwarder = new Ipv4FastForwarder(this);
        Counters = new Ipv4Counters(FastForwarder);
        Flows = new Ipv4FlowCache(stack, this);
        Ipv4Sysctl.Add(stack.Sysctl, Settings, stack.Ports, Flows);
        NeighborSettings.AddTo(stack.Sysctl.Group("net.inet.arp"));
        stack.Counters.Add(Counters);
        PathMtus = new PathMtuCache(stack, Routes, Settings);
        Router = new Ipv4Router(stack, this);
        Sender = new Ipv4Output(stack, this);
        Reassembler = new Ipv4Reassembler(stack, this);
        Forwarder = new Ipv4Forwarder(stack, this);
        RawTable = new RawSocketTable(stack);
        _input = new Ipv4Input(stack, this);
        Icmp = new IcmpProtocol(stack, this);
        stack.Add(Icmp);
        Igmp = new IgmpProtocol(stack, this, IgmpSettings);
        stack.Add(Igmp);
    }

    public AddressFamily Family => AddressFamily.Inet;

    public ushort EtherType => EtherTypes.Ipv4;

    public int HeaderLength => Ipv4Header.MinimumLength;

    public RouteTable Routes { get; } = new();

    public Ipv4Settings Settings { get; } = new();

    /// <summary>ARP's, on every interface: <c>sysctl net.inet.arp</c>.</summary>
    public NeighborCacheSettings NeighborSettings { get; } = new();

    /// <summary><c>sysctl net.inet.igmp</c></summary>
    public IgmpSettings IgmpSettings { get; } = new();

    /// <summary>Every raw socket, for netstat; ICMP's datagram sockets too.</summary>
    public IEnumerable<DatagramSocket> RawSockets => [.. RawTable.Sockets, .. Icmp.Sockets];

    /// <summary>For the threads that receive frames, before they bring them here.</summary>
    public Ipv4FastForwarder FastForwarder { get; }

    internal Ipv4FlowCache Flows { get; }

    internal Ipv4Counters Counters { get; }

    internal LocalAddresses Local { get; } = new();

    internal MulticastGroups Groups { get; } = new();

    internal PathMtuCache PathMtus { get; }

    internal Ipv4Router Router { get; }

    internal Ipv4Output Sender { get; }

    internal Ipv4Reassembler Reassembler { get; }

    internal Ipv4Forwarder Forwarder { get; }

    internal RawSocketTable RawTable { get; }

    internal IcmpProtocol Icmp { get; }

    internal IgmpProtocol Igmp { get; }

    /// <summary>A raw socket (<c>SOCK_RAW</c>) for one protocol number; 0 receives every protocol, 255 (IPPROTO_RAW) only sends.</summary>
    public RawSocket CreateRawSocket(byte protocol) => new(_stack, RawTable, protocol);

    /// <summary>ICMP's datagram socket (<c>SOCK_DGRAM</c>, <c>IPPROTO_ICMP</c>), which lets anybody ping and do nothing else, as on Linux.</summary>
    public IcmpSocket CreateIcmpSocket() => new(_stack, Icmp);

    public void Input(NetworkInterface receiver, Mbuf packet) => _input.Input(receiver, packet);

    public Errno Output(Mbuf packet, in SendParameters parameters, RouteCache cache) => Sender.Send(packet, parameters, cache);

    public Errno FindRoute(in InetAddress destination, NetworkInterface? bound, RouteCache cache) => Router.Find(destination, bound, cache);

    public void SendError(Mbuf packet, in NetworkHeader header, TransportError error) => Icmp.SendError(packet, header, error);

    public void LowerPathMtu(in InetAddress destination, int mtu)
    {
        RouteCache path = new();
        if (Router.Find(destination, null, path) == Errno.None)
            PathMtus.Lower(destination, mtu, path.Mtu);
    }

    public void RaisePathMtu(in InetAddress destination, int mtu)
    {
        RouteCache path = new();
        if (Router.Find(destination, null, path) == Errno.None)
            PathMtus.Raise(destination, mtu, path.LinkMtu);
    }

    public bool IsLocal(in InetAddress address)
    {
        if (!address.IsIpv4)
            return false;
        if (Local.IsOwn(address))
            return true;
        if (address.IsMulticast)
            return Groups.IsMember(address);
        foreach (NetworkInterface candidate in _stack.Interfaces.All)
        {
            if (LocalAddresses.IsBroadcast(address, candidate))
                return true;
        }
        return false;
    }

    public void AddressAdded(NetworkInterface changed, InterfaceAddress address) => Refresh();

    public void AddressRemoved(NetworkInterface changed, InterfaceAddress address) => Refresh();

    public void InterfaceChanged(NetworkInterface changed)
    {
        Refresh();
        Igmp.InterfaceChanged(changed);
    }

    public void InterfaceRemoved(NetworkInterface removed)
    {
        foreach (Route route in Routes.All)
        {
            if (route.Interface == removed)
                Routes.Delete(route.Destination, route.PrefixLength);
        }
        Groups.RemoveInterface(removed);
        Igmp.InterfaceRemoved(removed);
        Refresh();
    }

    public void Undeliverable(Mbuf packet) => Icmp.Undeliverable(packet);

    public Errno JoinGroup(NetworkInterface member, in InetAddress group)
    {
        if (!group.IsIpv4 || !group.IsMulticast)
            return Errno.Invalid;
        if (Groups.Join(member, group))
            Igmp.Join(member, group);
        return Errno.None;
    }

    public Errno LeaveGroup(NetworkInterface member, in InetAddress group)
    {
        if (!group.IsIpv4 || !group.IsMulticast)
            return Errno.Invalid;
        bool? isLast = Groups.Leave(member, group);
        if (isLast == true)
            Igmp.Leave(member, group);
        return isLast is null ? Errno.AddressNotAvailable : Errno.None;
    }

    /// <summary>The groups that the interface is a member of because sockets have joined them.</summary>
    public IReadOnlyList<InetAddress> GroupsOf(NetworkInterface member)
    {
        ArgumentNullException.ThrowIfNull(member);
        return [.. Groups.Of(member).OrderBy(g => g.Ipv4)];
    }

    /// <summary>Returns a copy of a multicast to this host's members, by way of lo0.</summary>
    internal void Loop(Mbuf packet) => ((LoopbackLink)_stack.Loopback.Link).Loop(packet);

    private void Refresh()
    {
        Local.Rebuild(_stack.Interfaces.All);
        ConnectedRoutes.Refresh(Routes, AddressFamily.Inet, _stack.Interfaces.All);
        Routes.Invalidate();
    }
}
