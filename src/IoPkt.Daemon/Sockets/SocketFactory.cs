using IoPkt.Daemon.Management;
using IoPkt.Daemon.Sockets.Native;
using IoPkt.Stack;

namespace IoPkt.Daemon.Sockets;

/// <summary>SOCKET: checks type, protocol and permission as Linux's <c>socket(2)</c> does, and makes both sides.</summary>
internal sealed class SocketFactory(ServiceRuntime runtime)
{
    private const int Icmp = 1;

    /// <param name="client">Who asks.</param>
    /// <param name="family">The entry's.</param>
    /// <param name="type">SOCK_STREAM, SOCK_DGRAM or SOCK_RAW, without flags.</param>
    /// <param name="protocol">0: the type's own.</param>
    /// <param name="descriptor">The client's end; the caller sends it and closes it.</param>
    public Errno Create(in ClientCredentials client, AddressFamily family, int type, int protocol, out Descriptor? descriptor)
    {
        descriptor = null;
        Errno error = Check(client, type, ref protocol);
        if (error != Errno.None)
            return error;
        if (!runtime.HasRoomFor(client))
        {
            runtime.Counters.Exhausted.Increment();
            return Errno.FileTableOverflow;
        }
        // Linux has one type for ICMP datagrams and for UDP; the name tells them apart by the protocol.
        PairEnds? ends = PairEnds.Create(runtime, family, (SocketType)type, (byte)protocol, out error);
        if (ends is null)
            return error;
        try
        {
            CreatePair(client, family, (SocketType)type, (byte)protocol, ends).Open();
        }
        catch
        {
            ends.Dispose();
            throw;
        }
        descriptor = ends.Clients;
        return Errno.None;
    }

    private static Errno Check(in ClientCredentials client, int type, ref int protocol)
    {
        if (protocol is < 0 or > byte.MaxValue)
            return type is (int)SocketType.Stream or (int)SocketType.Datagram or (int)SocketType.Raw ? Errno.ProtocolNotSupported : Errno.SocketTypeNotSupported;
        switch ((SocketType)type)
        {
            case SocketType.Stream:
                protocol = protocol == 0 ? TcpProtocol.Number : protocol;
                return protocol == TcpProtocol.Number ? Errno.None : Errno.ProtocolNotSupported;
            case SocketType.Datagram:
                protocol = protocol == 0 ? UdpProtocol.Number : protocol;
                return protocol is UdpProtocol.Number or Icmp ? Errno.None : Errno.ProtocolNotSupported;
            case SocketType.Raw:
                return protocol == 0 ? Errno.ProtocolNotSupported : client.IsPrivileged ? Errno.None : Errno.NotPermitted;
            default:
                return Errno.SocketTypeNotSupported;
        }
    }

    private SocketPair CreatePair(in ClientCredentials client, AddressFamily family, SocketType type, byte protocol, PairEnds ends)
    {
        NetworkStack stack = runtime.Stack;
        return type switch
        {
            SocketType.Stream => new StreamPair(runtime, stack.Tcp.CreateSocket(family), ends, client, isConnected: false),
            SocketType.Datagram when protocol == UdpProtocol.Number => new DatagramPair(runtime, stack.Udp.CreateSocket(family), ends, client),
            SocketType.Datagram => new EchoPair(runtime, stack.Ipv4.CreateRawSocket(protocol), ends, client),
            _ => new DatagramPair(runtime, stack.Ipv4.CreateRawSocket(protocol), ends, client),
        };
    }
}
