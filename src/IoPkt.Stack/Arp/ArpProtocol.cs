using System.Diagnostics.CodeAnalysis;

namespace IoPkt.Stack;

/// <summary>
/// The Address Resolution Protocol (RFC 826) of one Ethernet interface: its IPv4 neighbours, and the defence of its own addresses (RFC 5227).
/// </summary>
public sealed class ArpProtocol : INeighborResolver, INeighborSolicitor
{
    private readonly EthernetLink _link;
    private readonly NetworkInterface _interface;
    private readonly NetworkStack _stack;
    private readonly ArpCounters _counters;
    private readonly NeighborCache _neighbors;
    private readonly Dictionary<InetAddress, AddressConflictDetector> _own = [];

    internal ArpProtocol(EthernetLink link, NetworkInterface owner)
    {
        _link = link;
        _interface = owner;
        _stack = owner.Stack;
        _counters = _stack.GetCounters<ArpCounters>();
        _neighbors = new NeighborCache(link, _stack, EtherTypes.Ipv4, _stack.Ipv4.NeighborSettings, this);
    }

    public ushort EtherType => EtherTypes.Ipv4;

    /// <summary>Every entry, for <c>arp -a</c>.</summary>
    public IEnumerable<Neighbor> Neighbors => _neighbors.All;

    internal NeighborCache Cache => _neighbors;

    public bool TryFind(in InetAddress address, [MaybeNullWhen(false)] out Neighbor neighbor) => _neighbors.TryFind(address, out neighbor);

    /// <summary>Enters a neighbour by hand (<c>arp -s</c>): it's never asked, and nothing received changes it.</summary>
    public void SetStatic(in InetAddress address, MacAddress linkAddress) => _neighbors.SetStatic(address, linkAddress);

    /// <returns>Whether there was an entry.</returns>
    public bool Remove(in InetAddress address) => _neighbors.Remove(address);

    public Errno Send(Mbuf packet, in InetAddress nextHop)
    {
        if (IsBroadcast(nextHop))
        {
            _link.Transmit(packet, MacAddress.Broadcast, EtherTypes.Ipv4);
            return Errno.None;
        }
        return _neighbors.Send(packet, nextHop);
    }

    public bool TryGetHeader(in InetAddress nextHop, Span<byte> header) => _neighbors.TryGetHeader(nextHop, header);

    public void Confirm(in InetAddress nextHop) => _neighbors.Confirm(nextHop);

    public void Suspect(in InetAddress nextHop) => _neighbors.Suspect(nextHop);

    public void AddressAdded(InterfaceAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (!address.Address.IsIpv4 || (_interface.Flags & InterfaceFlags.NoArp) != 0)
            return;
        AddressRemoved(address);
        AddressConflictDetector detector = new(this, _stack, _interface, address);
        _own.Add(address.Address, detector);
        detector.Start();
    }

    public void AddressRemoved(InterfaceAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (_own.Remove(address.Address, out AddressConflictDetector? detector))
            detector.Stop();
    }

    public AddressState GetState(InterfaceAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return _own.TryGetValue(address.Address, out AddressConflictDetector? detector) ? detector.State : AddressState.Valid;
    }

    public void Flush()
    {
        _neighbors.Flush();
        foreach (AddressConflictDetector detector in _own.Values)
            detector.Stop();
        _own.Clear();
    }

    /// <summary>Takes an ARP packet, after its Ethernet header. Ownership passes.</summary>
    internal void Input(Mbuf frame, MacAddress source)
    {
        _counters.Received.Increment();
        Span<byte> bytes = stackalloc byte[ArpPacket.Length];
        bool valid = frame.Packet.Length >= ArpPacket.Length;
        if (valid)
            frame.CopyTo(0, bytes);
        bool forUs = (frame.Packet.Link & LinkFlags.OtherHost) == 0 && (_interface.Flags & InterfaceFlags.NoArp) == 0;
        frame.Free();
        if (!valid || !ArpPacket.TryRead(bytes, out ArpPacket packet))
        {
            _counters.Malformed.Increment();
            return;
        }
        if (!forUs)
            return;
        // What no station can have (RFC 1812, section 3.3.2), and our own frames come back from a looping link.
        if (packet.SenderLink.IsMulticast || packet.SenderLink.IsZero || packet.Sender.IsMulticast || packet.Sender.IsLoopback || IsBroadcast(packet.Sender)
            || source.IsMulticast)
        {
            _counters.BadSource.Increment();
            return;
        }
        if (packet.SenderLink == _interface.LinkAddress)
            return;
        Receive(packet);
    }

    void INeighborSolicitor.Solicit(in InetAddress target, MacAddress? known)
    {
        _counters.RequestsSent.Increment();
        InetAddress sender = (_interface.FindAddressFor(target) ?? FirstIpv4Address())?.Address ?? InetAddress.AnyIpv4;
        Send(ArpPacket.Request, sender, default, target, known ?? MacAddress.Broadcast);
    }

    void INeighborSolicitor.Undeliverable(Mbuf packet)
    {
        _counters.Unanswered.Increment();
        _stack.Ipv4.Undeliverable(packet);
    }

    void INeighborSolicitor.Changed() => _stack.Ipv4.Flows.Invalidate();

    void INeighborSolicitor.WaitingDropped() => _counters.Deferred.Increment();

    void INeighborSolicitor.Moved() => _counters.Moved.Increment();

    void INeighborSolicitor.Suspected() => _counters.Suspected.Increment();

    /// <summary>RFC 5227, section 2.1.1: a request with sender address zero, so that nobody's cache is changed by it.</summary>
    internal void SendProbe(in InetAddress address)
    {
        _counters.ProbesSent.Increment();
        Send(ArpPacket.Request, InetAddress.AnyIpv4, default, address, MacAddress.Broadcast);
    }

    /// <summary>RFC 5227, section 2.3: a request with our address as sender and as target, so that everybody's cache is put right.</summary>
    internal void SendAnnouncement(in InetAddress address)
    {
        _counters.AnnouncementsSent.Increment();
        Send(ArpPacket.Request, address, default, address, MacAddress.Broadcast);
    }

    private void Receive(in ArpPacket packet)
    {
        if (packet.Operation == ArpPacket.Request)
            _counters.RequestsReceived.Increment();
        else if (packet.Operation == ArpPacket.Reply)
            _counters.RepliesReceived.Increment();
        else
            return;
        // RFC 5227, section 2.4: the sender claims an address of ours.
        if (!packet.Sender.IsUnspecified && _own.TryGetValue(packet.Sender, out AddressConflictDetector? claimed))
        {
            _counters.Conflicts.Increment();
            claimed.Conflict(packet.SenderLink);
            return;
        }
        bool targetIsOurs = _own.TryGetValue(packet.Target, out AddressConflictDetector? target);
        // RFC 5227, section 2.1.1: somebody else probes for the address that we're probing for.
        if (targetIsOurs && packet.IsProbe && target!.IsProbing)
        {
            _counters.Conflicts.Increment();
            target.Conflict(packet.SenderLink);
            return;
        }
        if (!packet.Sender.IsUnspecified)
        {
            // RFC 826's "merge": whoever is known already is updated; only those who speak to us, and are on our network, are added.
            bool create = targetIsOurs && packet.Operation == ArpPacket.Request && _interface.FindAddressFor(packet.Sender) is not null;
            bool isAnswer = targetIsOurs && packet.Operation == ArpPacket.Reply;
            if (!_neighbors.Learn(packet.Sender, packet.SenderLink, create, isAnswer) && _neighbors.TryFind(packet.Sender, out _))
                _counters.StaticRefused.Increment();
        }
        if (targetIsOurs && packet.Operation == ArpPacket.Request && target!.State != AddressState.Duplicated)
        {
            _counters.RepliesSent.Increment();
            Send(ArpPacket.Reply, packet.Target, packet.SenderLink, packet.Sender, packet.SenderLink);
        }
    }

    private void Send(ushort operation, in InetAddress sender, MacAddress targetLink, in InetAddress target, MacAddress destination)
    {
        if (_stack.Pool.GetHeader() is not { } packet)
            return;
        // RFC 3927, section 2.5: "All ARP packets … that contain a Link-Local 'sender IP address' MUST be sent using link-layer broadcast", so that conflicts are seen.
        if (sender.IsLinkLocalIpv4)
            destination = MacAddress.Broadcast;
        ArpPacket content = new(operation, _interface.LinkAddress, sender, targetLink, target);
        content.Write(packet.TrailingSpan);
        packet.Commit(ArpPacket.Length);
        _link.Transmit(packet, destination, EtherTypes.Arp);
    }

    private bool IsBroadcast(in InetAddress address)
    {
        if (address.IsLimitedBroadcast)
            return true;
        foreach (InterfaceAddress own in _interface.Addresses)
        {
            if (own.Broadcast == address && !address.IsUnspecified)
                return true;
        }
        return false;
    }

    private InterfaceAddress? FirstIpv4Address()
    {
        foreach (InterfaceAddress address in _interface.Addresses)
        {
            if (address.Address.IsIpv4)
                return address;
        }
        return null;
    }
}
