namespace IoPkt.Stack;

[Flags]
public enum SocketEvents
{
    None = 0,
    /// <summary>Data, a datagram, or the peer's end of data can be taken.</summary>
    Readable = 1,
    /// <summary>There is space in the send buffer again.</summary>
    Writable = 2,
    /// <summary>The connection is established.</summary>
    Connected = 4,
    /// <summary>A listening socket has a connection to accept.</summary>
    Acceptable = 8,
    /// <summary><see cref="InetSocket.TakeError"/> has something to say.</summary>
    Error = 16,
    /// <summary>The connection is gone; nothing more will happen on this socket.</summary>
    Closed = 32,
}

/// <summary>Whoever uses a socket of the stack: the daemon's socket service, a program that embeds the stack, a test.</summary>
public interface ISocketOwner
{
    /// <summary>
    /// Called in the stack context, in the middle of protocol processing: make a note and act on it when the batch is done; don't call the socket from here.
    /// </summary>
    void OnSocketEvent(InetSocket socket, SocketEvents events);
}
