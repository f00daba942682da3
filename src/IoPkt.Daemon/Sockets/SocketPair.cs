using IoPkt.Daemon.Management;
using IoPkt.Daemon.Sockets.Native;
using IoPkt.Daemon.Threads;
using IoPkt.Stack;

namespace IoPkt.Daemon.Sockets;

/// <summary>
/// A client's socket: the daemon's end of its pair on one side, the stack's socket on the other. Both sides only leave notes of what happened
/// (<see cref="OnReady"/>, <see cref="OnSocketEvent"/>); the work is done once a batch, when its turn comes.
/// </summary>
/// <remarks>
/// A socket departs when the client can do nothing more with its descriptor but close it: both directions are shut. The host tells that from a close by nothing, and
/// it doesn't matter, because all that's left to serve are questions, which the table goes on answering for a while.
/// </remarks>
internal abstract class SocketPair : IPollHandler, ISocketOwner, IPendingWork
{
    private readonly Descriptor _descriptor;
    private PollRegistration _registration;
    private SocketEvents _events;
    private Errno _error;

    protected SocketPair(ServiceRuntime runtime, InetSocket socket, PairEnds ends, in ClientCredentials creator)
    {
        Runtime = runtime;
        Socket = socket;
        Creator = creator;
        Inode = ends.Inode;
        _descriptor = ends.Ours;
    }

    public InetSocket Socket { get; }

    public ClientCredentials Creator { get; }

    public ulong Inode { get; }

    public bool IsOpen { get; private set; }

    bool IPendingWork.IsQueued { get; set; }

    public ServiceRuntime Runtime { get; }

    protected int DescriptorNumber => _descriptor.Value;

    /// <summary>What the client's side is known to be ready for. Who meets an EAGAIN takes the bit out; the next edge brings it back.</summary>
    protected PollEvents Ready { get; set; } = PollEvents.Writable;

    /// <summary>Both directions of the pair are shut, by whoever.</summary>
    protected bool IsHungUp => (Ready & PollEvents.HangUp) != 0;

    /// <summary>From here on both sides are listened to.</summary>
    public void Open()
    {
        IsOpen = true;
        Socket.Owner = this;
        Runtime.Sockets.Add(this);
        _registration = Runtime.Poller.Add(DescriptorNumber, this, Affinity);
        Runtime.Counters.Sockets.Increment();
    }

    public void OnReady(PollEvents events)
    {
        if (!IsOpen)
            return;
        Ready |= events;
        Runtime.Work.Add(this);
    }

    public void OnSocketEvent(InetSocket socket, SocketEvents events)
    {
        if (!IsOpen)
            return;
        _events |= events;
        Runtime.Work.Add(this);
    }

    bool IPendingWork.Run()
    {
        if (!IsOpen)
            return false;
        SocketEvents events = _events;
        _events = SocketEvents.None;
        return Work(events);
    }

    void IPendingWork.GiveUp() => Abandon();

    /// <summary>SO_ERROR: returns and clears the pending error.</summary>
    public Errno TakeError()
    {
        Errno error = _error == Errno.None ? Socket.TakeError() : _error;
        _error = Errno.None;
        return error;
    }

    /// <summary>GETSOCKNAME</summary>
    public virtual InetEndpoint LocalEndpoint => Socket.LocalEndpoint;

    /// <summary>BIND; access is the caller's to check.</summary>
    public virtual Errno Bind(in InetEndpoint local) => Socket.Bind(local);

    /// <summary>LISTEN</summary>
    public abstract Errno Listen(int backlog);

    /// <summary>CONNECT; <c>null</c> dissolves the association.</summary>
    public abstract Errno Connect(InetEndpoint? remote);

    /// <summary>SHUTDOWN</summary>
    public abstract Errno Shutdown(SocketShutdown how);

    /// <summary>URGENT: only streams have urgent data, and records of their own.</summary>
    public virtual Errno ExpectUrgent() => Errno.NotSupported;

    /// <summary>END_RECORD</summary>
    public virtual Errno EndRecord() => Errno.NotSupported;

    /// <summary>The peer's address, if connected.</summary>
    public abstract bool TryGetPeer(out InetEndpoint peer);

    /// <summary>The daemon stops: the peer is told by a reset, the client by an end of file.</summary>
    public abstract void Abandon();

    protected abstract bool Work(SocketEvents events);

    /// <summary>The packet thread to which the socket's packets come; −1: any.</summary>
    protected virtual int Affinity => -1;

    /// <summary>Has the descriptor watched where the packets come from now on: what goes through a socket is one thread's work, from one end to the other.</summary>
    protected void FollowPackets()
    {
        if (Affinity is not (>= 0 and int thread) || thread == _registration.Thread)
            return;
        Runtime.Poller.Remove(_registration);
        _registration = Runtime.Poller.Add(DescriptorNumber, this, thread);
    }

    /// <summary>Bytes of memory that our messages in the pair take, until the client reads them.</summary>
    public int OutstandingBytes => UnixSocket.OutstandingBytes(DescriptorNumber);

    /// <summary>Sends a message with a descriptor, if it can be done without waiting.</summary>
    public Errno SendRecord(ReadOnlySpan<byte> record, Descriptor attached) => UnixSocket.Send(DescriptorNumber, record, attached);

    protected void RememberError(Errno error)
    {
        if (error != Errno.None)
            _error = error;
    }

    protected void ShutPair(int how) => _ = Libc.Shutdown(DescriptorNumber, how);

    /// <summary>The client is gone.</summary>
    protected virtual void Departed()
    {
    }

    /// <summary>Parts with the client. The stack's socket has been closed, or will go on by itself.</summary>
    protected void Depart()
    {
        if (!IsOpen)
            return;
        IsOpen = false;
        Departed();
        Socket.Owner = null;
        Runtime.Poller.Remove(_registration);
        _descriptor.Dispose();
        Runtime.Sockets.Depart(this, withError: _error != Errno.None);
    }
}
