using System.Buffers.Binary;
using IoPkt.Daemon.Management;
using IoPkt.Stack;

namespace IoPkt.Daemon.Sockets;

/// <summary>
/// An ICMP datagram socket, as Linux has them for an unprivileged <c>ping</c>: it sends echo requests only, whose identifier is the socket's and takes the place of
/// a port, and sees the replies to those only, without the IP header.
/// </summary>
internal sealed class EchoPair : DatagramPair
{
    private const byte EchoReply = 0;
    private const byte EchoRequest = 8;
    private const int HeaderLength = 8;

    private readonly RawSocket _socket;
    private ushort _identifier;

    public EchoPair(ServiceRuntime runtime, RawSocket socket, PairEnds ends, in ClientCredentials creator)
        : base(runtime, socket, ends, creator)
    {
        _socket = socket;
        _socket.IcmpFilter = ~(1u << EchoReply);
    }

    /// <summary>The bound address, with the identifier as the port.</summary>
    public override InetEndpoint LocalEndpoint => new(base.LocalEndpoint.Address, _identifier);

    public override Errno Bind(in InetEndpoint local)
    {
        if (_identifier != 0)
            return Errno.Invalid;
        Errno error = base.Bind(new InetEndpoint(local.Address, 0));
        return error == Errno.None ? TakeIdentifier(local.Port) : error;
    }

    protected override Errno Transform(ref Mbuf payload, ref InetEndpoint? destination)
    {
        Errno error = _identifier == 0 ? TakeIdentifier(0) : Errno.None;
        Mbuf? message = error == Errno.None ? payload.PullUp(HeaderLength) : payload;
        if (message is null)
            return Errno.Invalid;
        payload = message;
        if (error == Errno.None && (message.Span[0] != EchoRequest || message.Span[1] != 0))
            error = Errno.Invalid;
        if (error != Errno.None)
        {
            payload.Free();
            return error;
        }
        Span<byte> header = message.Span;
        BinaryPrimitives.WriteUInt16BigEndian(header[4..], _identifier);
        header[2] = header[3] = 0;
        ushort checksum = InternetChecksum.Finish(InternetChecksum.Sum(message, 0, message.Packet.Length));
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], checksum);
        if (destination is { } remote)
            destination = new InetEndpoint(remote.Address, 0);
        return Errno.None;
    }

    protected override bool Transform(ref Datagram datagram)
    {
        int headerLength = datagram.Payload.Length > 0 ? (datagram.Payload.Span[0] & 0xf) * 4 : 0;
        Mbuf? packet = _identifier == 0 ? datagram.Payload : datagram.Payload.PullUp(headerLength + HeaderLength);
        if (packet is null)
            return false;
        datagram.Payload = packet;
        if (_identifier == 0 || BinaryPrimitives.ReadUInt16BigEndian(packet.Span[(headerLength + 4)..]) != _identifier)
        {
            packet.Free();
            return false;
        }
        packet.TrimFront(headerLength);
        datagram.Source = new InetEndpoint(datagram.Source.Address, 0);
        return true;
    }

    protected override void Release()
    {
        if (_identifier != 0)
            Runtime.EchoIdentifiers.Give(_identifier);
        _identifier = 0;
    }

    private Errno TakeIdentifier(ushort wanted) => Runtime.EchoIdentifiers.TryTake(ref wanted) && (_identifier = wanted) != 0
        ? Errno.None
        : Errno.AddressInUse;
}
