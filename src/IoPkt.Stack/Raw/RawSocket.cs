namespace IoPkt.Stack;

/// <summary>A raw IP socket: receives a copy of every packet of its protocol, from the IP header on.</summary>
public sealed class RawSocket : DatagramSocket
{
    /// <summary>IPPROTO_RAW: only sends, and with a header of the user's.</summary>
    private const byte SendOnly = 255;

    private readonly RawSocketTable _table;
    private readonly RouteCache _cache = new();
    private readonly List<(NetworkInterface Member, InetAddress Group)> _memberships = [];
    private bool _closed;
    private bool _receiveShut;
    private bool _sendShut;

    internal RawSocket(NetworkStack stack, RawSocketTable table, byte protocol)
        : base(stack, AddressFamily.Inet, SocketType.Raw, protocol)
    {
        _table = table;
        HeaderIncluded = protocol == SendOnly;
        table.Add(this);
    }

    /// <summary>IP_HDRINCL: sent packets begin with their own IP header.</summary>
    public bool HeaderIncluded { get; set; }

    /// <summary>ICMP_FILTER: bit n set drops ICMP type n.</summary>
    public uint IcmpFilter { get; set; }

    /// <summary>Only packets to this address are received, and sent ones bear it. The port means nothing.</summary>
    public override Errno Bind(in InetEndpoint local)
    {
        if (!local.Address.IsIpv4)
            return Errno.AddressFamilyNotSupported;
        if (!local.Address.IsMulticast && !MayBindTo(local.Address))
            return Errno.AddressNotAvailable;
        LocalEndpoint = new InetEndpoint(local.Address, 0);
        return Errno.None;
    }

    /// <summary>Only packets from this address are received, and sent ones go there.</summary>
    public override Errno Connect(in InetEndpoint remote)
    {
        if (!remote.Address.IsIpv4)
            return Errno.AddressFamilyNotSupported;
        if (remote.Address.IsUnspecified)
        {
            RemoteEndpoint = InetEndpoint.Any(Family);
            return Errno.None;
        }
        Errno error = Stack.Ipv4.FindRoute(remote.Address, Options.Device, _cache);
        if (error == Errno.None)
            RemoteEndpoint = new InetEndpoint(remote.Address, 0);
        return error;
    }

    public override Errno Shutdown(SocketShutdown how)
    {
        if (RemoteEndpoint.Address.IsUnspecified)
            return Errno.NotConnected;
        _receiveShut |= how is SocketShutdown.Receive or SocketShutdown.Both;
        _sendShut |= how is SocketShutdown.Send or SocketShutdown.Both;
        if (_receiveShut)
            FreeReceived();
        return Errno.None;
    }

    public override void Close()
    {
        if (_closed)
            return;
        _closed = true;
        Owner = null;
        _table.Remove(this);
        foreach ((NetworkInterface member, InetAddress group) in _memberships)
            Stack.Ipv4.LeaveGroup(member, group);
        FreeReceived();
    }

    public override Errno Send(Mbuf payload, InetEndpoint? destination = null, InetAddress? source = null)
    {
        ArgumentNullException.ThrowIfNull(payload);
        Mbuf? packet = payload;
        InetAddress to = destination?.Address ?? RemoteEndpoint.Address;
        Errno error = _closed ? Errno.BadDescriptor : _sendShut ? Errno.BrokenPipe : Errno.None;
        if (error == Errno.None && HeaderIncluded)
            error = CheckHeader(ref packet, ref to);
        if (error == Errno.None && !to.IsIpv4)
            error = Errno.AddressFamilyNotSupported;
        if (error == Errno.None && to.IsUnspecified)
            error = Errno.DestinationRequired;
        if (error != Errno.None)
        {
            packet?.Free();
            return error;
        }
        SendParameters parameters = new()
        {
            Source = source ?? LocalEndpoint.Address,
            Destination = to,
            Protocol = Protocol,
            Ttl = to.IsMulticast ? Options.MulticastTtl : Options.Ttl,
            TrafficClass = Options.TrafficClass,
            DontFragment = Options.DontFragment,
            AllowBroadcast = Options.Broadcast,
            SuppressLoop = !Options.MulticastLoop,
            HostOnly = to.IsMulticast && Options.MulticastTtl == 0,
            Interface = to.IsMulticast ? Options.MulticastInterface ?? Options.Device : Options.Device,
        };
        return HeaderIncluded
            ? Stack.Ipv4.Sender.SendWithHeader(packet!, parameters, _cache)
            : Stack.Ipv4.Output(packet!, parameters, _cache);
    }

    public override Errno SetMembership(in InetAddress group, NetworkInterface? member, bool join) =>
        GroupMemberships.Set(Stack.Ipv4, _memberships, group, member ?? Options.MulticastInterface, join);

    internal bool Wants(Mbuf packet, in NetworkHeader header)
    {
        if ((Protocol != header.Protocol && Protocol != 0) || Protocol == SendOnly || _receiveShut)
            return false;
        if (!LocalEndpoint.Address.IsUnspecified && LocalEndpoint.Address != header.Destination)
            return false;
        if (!RemoteEndpoint.Address.IsUnspecified && RemoteEndpoint.Address != header.Source)
            return false;
        if (Options.Device is not null && Options.Device != header.Interface)
            return false;
        return Protocol != IcmpProtocol.Number || IcmpFilter == 0 || !IsFiltered(packet, header.HeaderLength);
    }

    internal void Receive(Mbuf copy, in NetworkHeader header, NetworkStack stack)
    {
        copy.Packet.Timestamp = stack.Clock.Now;
        Enqueue(new Datagram
        {
            Payload = copy,
            Source = new InetEndpoint(header.Source, 0),
            Destination = new InetEndpoint(header.Destination, 0),
            Interface = header.Interface,
            Ttl = header.Ttl,
            TrafficClass = header.TrafficClass,
        });
    }

    /// <returns>Whether the packet at fault was probably this socket's.</returns>
    internal bool ErrorInput(TransportError error, in InetAddress source, in InetAddress destination, byte protocol)
    {
        if (Protocol != protocol || RemoteEndpoint.Address != destination)
            return false;
        if (!LocalEndpoint.Address.IsUnspecified && LocalEndpoint.Address != source)
            return false;
        SetError(TransportErrors.ToErrno(error));
        return true;
    }

    private bool IsFiltered(Mbuf packet, int offset)
    {
        if (packet.Packet.Length <= offset)
            return false;
        Span<byte> type = stackalloc byte[1];
        packet.CopyTo(offset, type);
        return type[0] < 32 && (IcmpFilter >> type[0] & 1) != 0;
    }

    /// <summary>The user's header must at least be one, and fit its packet.</summary>
    private Errno CheckHeader(ref Mbuf? packet, ref InetAddress to)
    {
        if (packet!.Packet.Length is < Ipv4Header.MinimumLength or > Ipv4Header.MaximumPacket)
            return packet.Packet.Length > Ipv4Header.MaximumPacket ? Errno.MessageTooLong : Errno.Invalid;
        packet = WritableHeaders.Ensure(Stack.Pool, packet, Math.Min(packet.Packet.Length, Ipv4Header.MaximumLength));
        if (packet is null)
            return Errno.NoBuffers;
        Ipv4Header header = new(packet.Span);
        if (header.Version != 4 || header.HeaderLength < Ipv4Header.MinimumLength || header.HeaderLength > packet.Packet.Length)
            return Errno.Invalid;
        if (to.IsUnspecified)
            to = header.Destination;
        return Errno.None;
    }
}
