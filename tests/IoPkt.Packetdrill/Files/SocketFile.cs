using IoPkt.Stack;
using IoPkt.Wire.Sockets;

namespace IoPkt.Packetdrill.Files;

internal abstract class SocketFile : OpenFile, ISocketOwner
{
    /// <param name="isSizeDoubled">As in Linux, a program that asks for a buffer's size is told twice what it set.</param>
    protected SocketFile(InetSocket socket, bool isSizeDoubled)
    {
        IsSizeDoubled = isSizeDoubled;
        Socket = socket;
        socket.Owner = this;
    }

    public InetSocket Socket { get; private set; }

    protected bool IsSizeDoubled { get; }

    /// <summary>SO_RCVTIMEO; <c>null</c>: none.</summary>
    public TimeSpan? ReceiveTimeout { get; set; }

    /// <summary>SO_SNDTIMEO; <c>null</c>: none.</summary>
    public TimeSpan? SendTimeout { get; set; }

    /// <summary>What getsockopt says of a buffer of so many bytes.</summary>
    public int TellSize(int bytes) => IsSizeDoubled ? 2 * bytes : bytes;

    /// <summary>What getsockopt says of the receive buffer.</summary>
    public virtual int TellReceiveBuffer() => TellSize(Socket.Options.ReceiveBuffer);

    public abstract long Connect(in InetEndpoint remote);

    /// <summary>Called when the socket has a connection.</summary>
    public virtual void Connected()
    {
    }

    public override void Close() => Socket.Close();

    void ISocketOwner.OnSocketEvent(InetSocket socket, SocketEvents events)
    {
        if ((events & SocketEvents.Connected) != 0)
            Connected();
        PollEvents changes = PollEvents.None;
        if ((events & (SocketEvents.Readable | SocketEvents.Acceptable)) != 0)
            changes |= PollEvents.In;
        if ((events & (SocketEvents.Writable | SocketEvents.Connected)) != 0)
            changes |= PollEvents.Out;
        if ((events & (SocketEvents.Closed | SocketEvents.Error)) != 0)
            changes |= PollEvents.In | PollEvents.Out | PollEvents.HangUp | PollEvents.Error;
        Changed?.Invoke(changes);
    }

    /// <summary>Puts another socket in the place of this one, as connect to AF_UNSPEC does.</summary>
    protected void Replace(InetSocket socket)
    {
        Socket = socket;
        socket.Owner = this;
    }

    public static SockAddr ToSockAddr(in InetEndpoint endpoint) => SockAddr.FromIpv4(endpoint.Address.Ipv4, endpoint.Port);

    protected static long Failure(Errno error) => -(long)error;
}
