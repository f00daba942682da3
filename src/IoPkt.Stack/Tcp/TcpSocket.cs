namespace IoPkt.Stack;

/// <summary>
/// A TCP socket: listening, or one end of a connection. The user sends by handing over mbufs and receives by looking at the receive buffer and consuming
/// from it, so that data can go between descriptors and segments without a copy in between.
/// </summary>
public sealed class TcpSocket : InetSocket
{
    internal TcpSocket(NetworkStack stack, AddressFamily family)
        : base(stack, family, SocketType.Stream, TcpProtocol.Number)
    {
    }

    public TcpState State => throw new NotImplementedException();

    /// <summary>TCP_NODELAY</summary>
    public bool NoDelay { get; set; }

    /// <summary>TCP_CORK</summary>
    public bool Cork { get; set; }

    /// <summary>How many bytes the send buffer takes now.</summary>
    public int SendSpace => throw new NotImplementedException();

    /// <summary>Bytes sent or waiting and not yet acknowledged (SIOCOUTQ; netstat's Send-Q).</summary>
    public int SendQueued => throw new NotImplementedException();

    /// <summary>Bytes that can be consumed now (netstat's Recv-Q).</summary>
    public int ReceiveAvailable => throw new NotImplementedException();

    /// <summary>The first mbuf of what has been received in order; <c>null</c>: nothing. It stays the socket's.</summary>
    public Mbuf? Received => throw new NotImplementedException();

    /// <summary>The peer has closed its side, and everything before that has been consumed.</summary>
    public bool IsReceiveEnd => throw new NotImplementedException();

    /// <summary>Connections that wait for <see cref="Accept"/>.</summary>
    public int AcceptQueueLength => throw new NotImplementedException();

    public override Errno Bind(in InetEndpoint local) => throw new NotImplementedException();

    /// <summary>Begins the three-way handshake. <see cref="SocketEvents.Connected"/> or <see cref="SocketEvents.Error"/> follows.</summary>
    /// <returns><see cref="Errno.InProgress"/> when it has begun.</returns>
    public override Errno Connect(in InetEndpoint remote) => throw new NotImplementedException();

    /// <param name="backlog">Connections that may wait to be accepted; limited by <see cref="NetworkStackOptions.MaximumBacklog"/>.</param>
    public Errno Listen(int backlog) => throw new NotImplementedException();

    /// <summary>Takes the first established connection; <c>null</c>: there's none. Its <see cref="InetSocket.Owner"/> is not set yet.</summary>
    public TcpSocket? Accept() => throw new NotImplementedException();

    /// <summary>Adds data to the send buffer. Ownership passes, also on an error. Callers keep within <see cref="SendSpace"/>; beyond it data are still taken.</summary>
    /// <returns><see cref="Errno.BrokenPipe"/> after <see cref="Shutdown"/> or when the connection is gone, <see cref="Errno.NotConnected"/> before it's there.</returns>
    public Errno Send(Mbuf data) => throw new NotImplementedException();

    /// <summary>Frees the first <paramref name="count"/> bytes of <see cref="Received"/> and opens the window by as much.</summary>
    public void Consume(int count) => throw new NotImplementedException();

    public override Errno Shutdown(SocketShutdown how) => throw new NotImplementedException();

    public override void Close() => throw new NotImplementedException();

    /// <summary>Ends the connection with a reset.</summary>
    public void Abort() => throw new NotImplementedException();
}
