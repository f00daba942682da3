using System.Buffers.Binary;

namespace IoPkt.Stack;

/// <summary>Ethernet II framing (RFC 894) of one interface, with ARP (RFC 826) to find IPv4 neighbours.</summary>
public sealed class EthernetLink : ILinkLayer
{
    internal const int HeaderSize = 14;

    private readonly NetworkInterface _interface;
    private readonly NetworkStack _stack;
    private readonly EthernetCounters _counters;
    private INeighborResolver[] _resolvers;
    private IFrameListener[]? _listeners;

    public EthernetLink(NetworkInterface owner)
    {
        ArgumentNullException.ThrowIfNull(owner);
        _interface = owner;
        _stack = owner.Stack;
        _counters = _stack.GetCounters<EthernetCounters>();
        Arp = new ArpProtocol(this, owner);
        _resolvers = [Arp];
    }

    public int HeaderLength => HeaderSize;

    /// <summary>The interface's IPv4 neighbours.</summary>
    public ArpProtocol Arp { get; }

    /// <summary>Adds the neighbour discovery of another network protocol.</summary>
    public void Add(INeighborResolver resolver)
    {
        ArgumentNullException.ThrowIfNull(resolver);
        _resolvers = [.. _resolvers, resolver];
    }

    internal void Add(IFrameListener listener) => _listeners = [.. _listeners ?? [], listener];

    internal void Remove(IFrameListener listener)
    {
        IFrameListener[] rest = [.. (_listeners ?? []).Where(l => l != listener)];
        _listeners = rest.Length == 0 ? null : rest;
    }

    public void Input(Mbuf frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        _counters.Received.Increment();
        if (frame.Packet.Length < HeaderSize)
        {
            _counters.Runts.Increment();
            _interface.Received.AddErrors(1);
            frame.Free();
            return;
        }
        if (frame.Length < HeaderSize)
        {
            if (frame.PullUp(HeaderSize) is not { } pulled)
            {
                _counters.NoMemory.Increment();
                return;
            }
            frame = pulled;
        }
        ReadOnlySpan<byte> header = frame.Span;
        ushort type = BinaryPrimitives.ReadUInt16BigEndian(header[12..]);
        MacAddress destination = MacAddress.Read(header);
        MacAddress source = MacAddress.Read(header[MacAddress.Size..]);
        if (!Classify(frame, destination))
            return;
        frame.TrimFront(HeaderSize);
        if (_listeners is { } listeners && IsTaken(listeners, frame, type, new FrameAddresses(source, destination)))
            return;
        if (type == EtherTypes.Arp)
        {
            Arp.Input(frame, source);
        }
        else if (_stack.NetworkByEtherType(type) is { } network)
        {
            network.Input(_interface, frame);
        }
        else
        {
            CountUnknown(type);
            frame.Free();
        }
    }

    public Errno Output(Mbuf packet, ushort etherType, in InetAddress nextHop)
    {
        ArgumentNullException.ThrowIfNull(packet);
        if (nextHop.IsMulticast)
        {
            Transmit(packet, MulticastAddress(nextHop), etherType);
            return Errno.None;
        }
        if (Resolver(etherType) is { } resolver)
            return resolver.Send(packet, nextHop);
        packet.Free();
        return Errno.AddressFamilyNotSupported;
    }

    public bool TryGetHeader(ushort etherType, in InetAddress nextHop, Span<byte> header) => Resolver(etherType) is { } resolver && resolver.TryGetHeader(nextHop, header);

    public void ConfirmNeighbor(ushort etherType, in InetAddress nextHop) => Resolver(etherType)?.Confirm(nextHop);

    public void SuspectNeighbor(ushort etherType, in InetAddress nextHop) => Resolver(etherType)?.Suspect(nextHop);

    /// <summary>Queues a packet as a frame to a station, or a group of them. Ownership passes.</summary>
    public void Transmit(Mbuf packet, MacAddress destination, ushort etherType)
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        WriteHeader(header, destination, etherType);
        Transmit(packet, header);
    }

    /// <summary>The same with a header made before.</summary>
    internal void Transmit(Mbuf packet, ReadOnlySpan<byte> header)
    {
        if (packet.Prepend(HeaderSize) is not { } frame)
        {
            _counters.NoMemory.Increment();
            _interface.Transmitted.AddDrops(1);
            return;
        }
        header[..HeaderSize].CopyTo(frame.Span);
        if ((header[0] & 1) != 0)
            _interface.Transmitted.AddMulticasts(1);
        _counters.Sent.Increment();
        _interface.Enqueue(frame);
    }

    internal void WriteHeader(Span<byte> header, MacAddress destination, ushort etherType)
    {
        destination.Write(header);
        _interface.LinkAddress.Write(header[MacAddress.Size..]);
        BinaryPrimitives.WriteUInt16BigEndian(header[12..], etherType);
    }

    public void AddressAdded(InterfaceAddress address)
    {
        foreach (INeighborResolver resolver in _resolvers)
            resolver.AddressAdded(address);
    }

    public void AddressRemoved(InterfaceAddress address)
    {
        foreach (INeighborResolver resolver in _resolvers)
            resolver.AddressRemoved(address);
    }

    public AddressState GetState(InterfaceAddress address)
    {
        foreach (INeighborResolver resolver in _resolvers)
        {
            if (resolver.GetState(address) is var state and not AddressState.Valid)
                return state;
        }
        return AddressState.Valid;
    }

    public void Flush()
    {
        foreach (INeighborResolver resolver in _resolvers)
            resolver.Flush();
    }

    /// <summary>RFC 1112, section 6.4, and RFC 2464, section 7: the low bits of the group, after a fixed prefix.</summary>
    internal static MacAddress MulticastAddress(in InetAddress group)
    {
        Span<byte> bytes = stackalloc byte[16];
        group.Write(bytes);
        Span<byte> mac = stackalloc byte[MacAddress.Size];
        if (group.IsIpv4)
        {
            mac[0] = 0x01;
            mac[2] = 0x5e;
            mac[3] = (byte)(bytes[1] & 0x7f);
            mac[4] = bytes[2];
            mac[5] = bytes[3];
        }
        else
        {
            mac[0] = mac[1] = 0x33;
            bytes[12..].CopyTo(mac[2..]);
        }
        return MacAddress.Read(mac);
    }

    private INeighborResolver? Resolver(ushort etherType)
    {
        foreach (INeighborResolver resolver in _resolvers)
        {
            if (resolver.EtherType == etherType)
                return resolver;
        }
        return null;
    }

    /// <summary>Says in the packet's flags to whom the frame was addressed, and drops what a device in promiscuous mode took for others.</summary>
    private bool Classify(Mbuf frame, MacAddress destination)
    {
        if (destination == _interface.LinkAddress)
        {
            frame.Packet.Link = LinkFlags.None;
        }
        else if (destination.IsMulticast)
        {
            frame.Packet.Link = destination.IsBroadcast ? LinkFlags.Broadcast : LinkFlags.Multicast;
            _interface.Received.AddMulticasts(1);
        }
        else
        {
            _counters.OtherHost.Increment();
            frame.Packet.Link = LinkFlags.OtherHost;
            // A promiscuous interface's monitors look at frames before they come here; the protocols drop what isn't theirs.
            if ((_interface.Flags & InterfaceFlags.Promiscuous) == 0)
            {
                frame.Free();
                return false;
            }
        }
        return true;
    }

    /// <summary>Shows a frame for this station, or for a group, to those who listen for its type.</summary>
    private static bool IsTaken(IFrameListener[] listeners, Mbuf payload, ushort type, in FrameAddresses addresses)
    {
        if ((payload.Packet.Link & LinkFlags.OtherHost) != 0)
            return false;
        foreach (IFrameListener listener in listeners)
        {
            if (listener.EtherType == type && listener.Input(payload, addresses) == FrameVerdict.Taken)
                return true;
        }
        return false;
    }

    private void CountUnknown(ushort type)
    {
        if (type == EtherTypes.Vlan)
        {
            _counters.Vlan.Increment();
        }
        else if (type < EtherTypes.SmallestType)
        {
            _counters.LogicalLinkControl.Increment();
        }
        else
        {
            _counters.UnknownType.Increment();
        }
        _interface.NoProtocol++;
    }
}
