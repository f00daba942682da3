namespace IoPkt.Stack;

public enum SocketType
{
    Stream = 1,
    Datagram = 2,
    Raw = 3,
}

public enum SocketShutdown
{
    Receive = 0,
    Send = 1,
    Both = 2,
}

/// <summary>
/// An end of communication in the stack. Used in the stack context only; nothing here blocks. Errors are returned as <see cref="Errno"/>, because most are
/// ordinary answers to a client.
/// </summary>
public abstract class InetSocket
{
    private Errno _error;

    protected InetSocket(NetworkStack stack, AddressFamily family, SocketType type, byte protocol)
    {
        Stack = stack;
        Family = family;
        Type = type;
        Protocol = protocol;
        LocalEndpoint = RemoteEndpoint = InetEndpoint.Any(family);
    }

    public NetworkStack Stack { get; }

    public AddressFamily Family { get; }

    public SocketType Type { get; }

    public byte Protocol { get; }

    /// <summary>Unspecified and 0 until bound.</summary>
    public InetEndpoint LocalEndpoint { get; protected set; }

    /// <summary>Unspecified and 0 until connected.</summary>
    public InetEndpoint RemoteEndpoint { get; protected set; }

    public ISocketOwner? Owner { get; set; }

    public SocketOptions Options { get; protected init; } = new();

    public bool IsBound => LocalEndpoint.Port != 0;

    /// <summary>Gives the socket a local address (unspecified: any) and port (0: one is chosen).</summary>
    /// <returns><see cref="Errno.AddressInUse"/>, <see cref="Errno.AddressNotAvailable"/>, <see cref="Errno.Invalid"/> when already bound, or none.</returns>
    public abstract Errno Bind(in InetEndpoint local);

    /// <summary>A stream begins its handshake, and says by events how it went; others note where to send.</summary>
    public abstract Errno Connect(in InetEndpoint remote);

    public abstract Errno Shutdown(SocketShutdown how);

    /// <summary>The user is done with it. A stream sends what is queued and closes in order; nothing is reported to the owner any more.</summary>
    public abstract void Close();

    /// <summary>Whether <see cref="TakeError"/> has something to return.</summary>
    public bool HasError => _error != Errno.None;

    /// <summary>Returns and clears the pending error (SO_ERROR).</summary>
    public Errno TakeError()
    {
        Errno error = _error;
        _error = Errno.None;
        return error;
    }

    /// <summary>Whether the socket may be bound to an address: one of the host's, or with IP_FREEBIND any. A group's is the caller's matter.</summary>
    private protected bool MayBindTo(in InetAddress address) => address.IsUnspecified || Options.FreeBind || Stack.Network(Family)?.IsLocal(address) == true;

    protected void SetError(Errno error)
    {
        _error = error;
        Notify(SocketEvents.Error);
    }

    protected void Notify(SocketEvents events) => Owner?.OnSocketEvent(this, events);
}
