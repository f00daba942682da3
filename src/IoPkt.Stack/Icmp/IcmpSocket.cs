using System.Buffers.Binary;

namespace IoPkt.Stack;

/// <summary>
/// ICMP's datagram socket: sends echo requests and receives their replies, nothing else, so that it needs no privilege. A message begins with the ICMP header; the
/// identifier and the checksum are the stack's, and the identifier is the socket's port.
/// </summary>
public sealed class IcmpSocket : DatagramSocket
{
    private readonly IcmpSocketTable _table;
    private readonly RouteCache _cache = new();
    private bool _closed;

    internal IcmpSocket(NetworkStack stack, IcmpProtocol icmp)
        : base(stack, AddressFamily.Inet, SocketType.Datagram, IcmpProtocol.Number) =>
        _table = icmp.SocketTable;

    /// <param name="local">The port is the identifier; 0: any.</param>
    public override Errno Bind(in InetEndpoint local)
    {
        if (!local.Address.IsIpv4)
            return Errno.AddressFamilyNotSupported;
        if (IsBound || _closed)
            return Errno.Invalid;
        if (!local.Address.IsUnspecified && !Options.FreeBind && !Stack.Ipv4.Local.IsOwn(local.Address))
            return Errno.AddressNotAvailable;
        ushort identifier = local.Port;
        if (!_table.TryBind(this, ref identifier))
            return Errno.AddressInUse;
        LocalEndpoint = new InetEndpoint(local.Address, identifier);
        return Errno.None;
    }

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
        if (error == Errno.None && !IsBound)
            error = Bind(new InetEndpoint(LocalEndpoint.Address, 0));
        if (error == Errno.None)
            RemoteEndpoint = new InetEndpoint(remote.Address, 0);
        return error;
    }

    public override Errno Shutdown(SocketShutdown how) => Errno.NotConnected;

    public override void Close()
    {
        if (_closed)
            return;
        _closed = true;
        Owner = null;
        if (IsBound)
            _table.Remove(LocalEndpoint.Port);
        FreeReceived();
    }

    public override Errno Send(Mbuf payload, InetEndpoint? destination = null, InetAddress? source = null)
    {
        ArgumentNullException.ThrowIfNull(payload);
        Errno error = Check(payload, destination, out InetAddress to);
        if (error != Errno.None)
        {
            payload.Free();
            return error;
        }
        if (WritableHeaders.Ensure(Stack.Pool, payload, IcmpProtocol.HeaderSize) is not { } message)
            return Errno.NoBuffers;
        Span<byte> icmp = message.Span;
        BinaryPrimitives.WriteUInt16BigEndian(icmp[2..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(icmp[4..], LocalEndpoint.Port);
        ushort checksum = InternetChecksum.Finish(InternetChecksum.Sum(message, 0, message.Packet.Length));
        BinaryPrimitives.WriteUInt16BigEndian(icmp[2..], checksum);
        SendParameters parameters = new()
        {
            Source = source ?? LocalEndpoint.Address,
            Destination = to,
            Protocol = IcmpProtocol.Number,
            Ttl = to.IsMulticast ? Options.MulticastTtl : Options.Ttl,
            TrafficClass = Options.TrafficClass,
            DontFragment = Options.DontFragment,
            AllowBroadcast = Options.Broadcast,
            SuppressLoop = !Options.MulticastLoop,
            Interface = to.IsMulticast ? Options.MulticastInterface ?? Options.Device : Options.Device,
        };
        return Stack.Ipv4.Output(message, parameters, _cache);
    }

    public override Errno SetMembership(in InetAddress group, NetworkInterface? member, bool join) => Errno.NotSupported;

    internal void Receive(Mbuf message, in NetworkHeader header)
    {
        bool forUs = (LocalEndpoint.Address.IsUnspecified || LocalEndpoint.Address == header.Destination)
            && (RemoteEndpoint.Address.IsUnspecified || RemoteEndpoint.Address == header.Source)
            && (Options.Device is null || Options.Device == header.Interface);
        if (!forUs)
        {
            message.Free();
            return;
        }
        message.TrimFront(header.HeaderLength);
        Enqueue(new Datagram
        {
            Payload = message,
            Source = new InetEndpoint(header.Source, 0),
            Destination = new InetEndpoint(header.Destination, LocalEndpoint.Port),
            Interface = header.Interface,
            Ttl = header.Ttl,
            TrafficClass = header.TrafficClass,
        });
    }

    internal bool ErrorInput(TransportError error, in InetAddress destination)
    {
        bool connected = RemoteEndpoint.Address == destination;
        if (connected)
            SetError(TransportErrors.ToErrno(error));
        return connected || RemoteEndpoint.Address.IsUnspecified;
    }

    private Errno Check(Mbuf payload, InetEndpoint? destination, out InetAddress to)
    {
        to = destination?.Address ?? RemoteEndpoint.Address;
        if (_closed)
            return Errno.BadDescriptor;
        if (!to.IsIpv4)
            return Errno.AddressFamilyNotSupported;
        if (to.IsUnspecified)
            return Errno.DestinationRequired;
        if (payload.Packet.Length > Ipv4Header.MaximumPacket - Ipv4Header.MinimumLength)
            return Errno.MessageTooLong;
        if (payload.Packet.Length < IcmpProtocol.HeaderSize)
            return Errno.Invalid;
        Span<byte> kind = stackalloc byte[2];
        payload.CopyTo(0, kind);
        if (kind[0] != IcmpType.Echo || kind[1] != 0)
            return Errno.Invalid;
        return IsBound ? Errno.None : Bind(new InetEndpoint(LocalEndpoint.Address, 0));
    }
}
