namespace IoPkt.Stack;

/// <summary>A UDP socket.</summary>
public sealed class UdpSocket : DatagramSocket
{
    private const int LargestDatagram = 65535;

    private readonly UdpProtocol _udp;
    private readonly INetworkProtocol _network;
    private readonly RouteCache _cache = new();
    private readonly List<(NetworkInterface Member, InetAddress Group)> _memberships = [];
    private bool _boundAddress; // chosen by the user, so it stays when the association is dissolved
    private bool _closed;
    private bool _receiveShut;
    private bool _sendShut;

    internal UdpSocket(NetworkStack stack, AddressFamily family)
        : base(stack, family, SocketType.Datagram, UdpProtocol.Number)
    {
        _udp = stack.Udp;
        Options = new SocketOptions(SocketOptions.DefaultSpace, _udp.Settings.ReceiveSpace);
        _network = stack.Network(family) ?? throw new NotSupportedException($"the stack has no network protocol of family {family}");
    }

    public bool IsConnected => RemoteEndpoint.Port != 0;

    public override Errno Bind(in InetEndpoint local)
    {
        if (local.Address.Family != Family)
            return Errno.AddressFamilyNotSupported;
        if (IsBound || _closed)
            return Errno.Invalid;
        if (!local.Address.IsMulticast && !MayBindTo(local.Address))
            return Errno.AddressNotAvailable;
        ushort port = local.Port;
        if (port == 0)
        {
            port = _udp.Table.ChoosePort(this, local.Address, RemoteEndpoint);
            if (port == 0)
                return Errno.AddressInUse;
        }
        else if (!_udp.Table.CanBind(this, local))
        {
            return Errno.AddressInUse;
        }
        LocalEndpoint = new InetEndpoint(local.Address, port);
        _boundAddress = !local.Address.IsUnspecified;
        _udp.Table.Add(this, port);
        return Errno.None;
    }

    /// <summary>From now on only the peer's datagrams are received, and ICMP errors are reported. An unspecified address dissolves the association.</summary>
    public override Errno Connect(in InetEndpoint remote)
    {
        if (remote.Address.Family != Family)
            return Errno.AddressFamilyNotSupported;
        if (_closed)
            return Errno.BadDescriptor;
        if (remote.Address.IsUnspecified && remote.Port == 0)
        {
            RemoteEndpoint = InetEndpoint.Any(Family);
            if (!_boundAddress)
                LocalEndpoint = new InetEndpoint(InetAddress.Any(Family), LocalEndpoint.Port);
            return Errno.None;
        }
        if (remote.Port == 0)
            return Errno.AddressNotAvailable;
        InetAddress address = Destination(remote.Address);
        Errno error = _network.FindRoute(address, LeavingBy(address), _cache);
        if (error == Errno.None && _cache.IsBroadcast && !Options.Broadcast)
            error = Errno.AccessDenied;
        if (error == Errno.None && !_cache.MayBear(LocalEndpoint.Address))
            error = Errno.Invalid;
        if (error == Errno.None && !IsBound)
            error = BindFor(new InetEndpoint(address, remote.Port));
        if (error != Errno.None)
            return error;
        if (!_boundAddress)
            LocalEndpoint = new InetEndpoint(_cache.Source, LocalEndpoint.Port);
        RemoteEndpoint = new InetEndpoint(address, remote.Port);
        return Errno.None;
    }

    public override Errno Shutdown(SocketShutdown how)
    {
        if (!IsConnected)
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
        if (IsBound)
            _udp.Table.Remove(this, LocalEndpoint.Port);
        _udp.Remove(this);
        foreach ((NetworkInterface member, InetAddress group) in _memberships)
            _network.LeaveGroup(member, group);
        _memberships.Clear();
        FreeReceived();
    }

    public override Errno Send(Mbuf payload, InetEndpoint? destination = null, InetAddress? source = null)
    {
        ArgumentNullException.ThrowIfNull(payload);
        InetEndpoint to = destination ?? RemoteEndpoint;
        Errno error = Prepare(payload.Packet.Length, ref to, source, out SendParameters parameters);
        if (error != Errno.None)
        {
            payload.Free();
            return error;
        }
        int length = payload.Packet.Length + UdpHeader.Size;
        // It may be a received datagram on its way back: what was noted on its arrival isn't about its departure.
        payload.Packet = new PacketHeader { Length = payload.Packet.Length };
        if (payload.Prepend(UdpHeader.Size) is not { } datagram)
            return Errno.NoBuffers;
        ulong pseudo = InternetChecksum.PseudoHeader(parameters.Source, to.Address, UdpProtocol.Number, length);
        bool checksum = _udp.Settings.Checksum || Family != AddressFamily.Inet;
        _ = new UdpHeader(datagram.Span)
        {
            SourcePort = LocalEndpoint.Port,
            DestinationPort = to.Port,
            Length = (ushort)length,
            Checksum = checksum ? InternetChecksum.FoldTo16(pseudo) : (ushort)0,
        };
        datagram.Packet.Offload = checksum ? OffloadFlags.ChecksumPartial : OffloadFlags.None;
        datagram.Packet.ChecksumStart = 0;
        datagram.Packet.ChecksumOffset = UdpHeader.ChecksumOffset;
        datagram.Packet.TransportHeaderLength = UdpHeader.Size;
        error = _network.Output(datagram, parameters, _cache);
        if (error == Errno.None)
            _udp.Counters.Sent.Increment();
        return error;
    }

    public override Errno SetMembership(in InetAddress group, NetworkInterface? member, bool join) =>
        GroupMemberships.Set(_network, _memberships, group, member ?? Options.MulticastInterface, join);

    /// <summary>How well the socket suits a datagram: negative, not at all; the more it has fixed, the higher.</summary>
    internal int Score(in InetAddress local, in InetEndpoint remote, NetworkInterface? receiver)
    {
        if (Family != local.Family)
            return -1;
        int score = 0;
        if (IsConnected)
        {
            if (RemoteEndpoint != remote)
                return -1;
            score += 4;
        }
        if (!LocalEndpoint.Address.IsUnspecified)
        {
            // A socket that was connected to a group or a broadcast address has a unicast one of its own.
            if (LocalEndpoint.Address != local)
                return -1;
            score += 2;
        }
        if (Options.Device is not null)
        {
            if (receiver is not null && Options.Device != receiver)
                return -1;
            score += 1;
        }
        return score;
    }

    internal bool Receive(in Datagram datagram)
    {
        if (!_receiveShut)
            return Enqueue(datagram);
        datagram.Payload.Free();
        return false;
    }

    internal void ErrorInput(TransportError error, in InetAddress destination, ushort port)
    {
        if (RemoteEndpoint.Port != port || RemoteEndpoint.Address != destination)
            return;
        // A datagram that was too long will be fragmented next time, unless that's what the user forbids.
        if (error != TransportError.MessageTooBig || Options.DontFragment)
            SetError(TransportErrors.ToErrno(error));
    }

    private Errno Prepare(int length, ref InetEndpoint to, InetAddress? source, out SendParameters parameters)
    {
        parameters = default;
        if (_closed)
            return Errno.BadDescriptor;
        if (_sendShut)
            return Errno.BrokenPipe;
        if (to.Address.Family != Family)
            return Errno.AddressFamilyNotSupported;
        if (to.Port == 0)
            return to.Address.IsUnspecified ? Errno.DestinationRequired : Errno.Invalid;
        if (length > LargestDatagram - UdpHeader.Size - (Family == AddressFamily.Inet ? _network.HeaderLength : 0))
            return Errno.MessageTooLong;
        to = new InetEndpoint(Destination(to.Address), to.Port);
        NetworkInterface? leaving = LeavingBy(to.Address);
        if (!IsBound && BindFor(to) is var bound and not Errno.None)
            return bound;
        Errno error = _network.FindRoute(to.Address, leaving, _cache);
        if (error != Errno.None)
            return error;
        InetAddress local = source ?? LocalEndpoint.Address;
        if (source is { IsUnspecified: false } && (local.IsMulticast || !_network.IsLocal(local)))
            return Errno.AddressNotAvailable;
        bool group = to.Address.IsMulticast;
        parameters.Source = local.IsUnspecified || local.IsMulticast ? _cache.Source : local;
        parameters.Destination = to.Address;
        parameters.Protocol = UdpProtocol.Number;
        parameters.Ttl = group ? Options.MulticastTtl : Options.Ttl;
        parameters.TrafficClass = Options.TrafficClass;
        parameters.DontFragment = Options.DontFragment;
        parameters.AllowBroadcast = Options.Broadcast;
        parameters.SuppressLoop = !Options.MulticastLoop;
        parameters.HostOnly = group && Options.MulticastTtl == 0;
        parameters.Interface = leaving;
        return Errno.None;
    }

    private Errno BindFor(in InetEndpoint remote)
    {
        ushort port = _udp.Table.ChoosePort(this, LocalEndpoint.Address, remote);
        return port == 0 ? Errno.AddressInUse : Bind(new InetEndpoint(InetAddress.Any(Family), port));
    }

    private NetworkInterface? LeavingBy(in InetAddress destination) =>
        destination.IsMulticast ? Options.MulticastInterface ?? Options.Device : Options.Device;

    /// <summary>"This host" as a destination is loopback, as on BSD and Linux.</summary>
    private InetAddress Destination(in InetAddress address) =>
        address.IsUnspecified && Family == AddressFamily.Inet ? InetAddress.LoopbackIpv4 : address;
}
