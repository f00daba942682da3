using IoPkt.Daemon.Management;
using IoPkt.Daemon.Sockets.Native;
using IoPkt.Daemon.Threads;
using IoPkt.Stack;
using IoPkt.Wire.Sockets;
using Microsoft.Extensions.Logging;

namespace IoPkt.Daemon.Sockets;

/// <summary>What the service's sockets and connections share. Used in the stack context only.</summary>
internal sealed class ServiceRuntime
{
    private ulong _lastId;
    private bool _isExhaustionLogged;

    public ServiceRuntime(NetworkStack stack, IStackContext context, IPoller poller, SocketTable sockets, SocketServiceOptions options, int descriptorLimit, ILogger logger)
    {
        Stack = stack;
        Context = context;
        Poller = poller;
        Sockets = sockets;
        Prefix = options.Prefix;
        Logger = logger;
        Work = new WorkQueue(stack, logger);
        // Some are the daemon's own; of the rest, a part is for devices, and for root's connections when a user has taken all that a user may.
        UserQuota = descriptorLimit - DescriptorLimit.CountOpen() - Math.Max(descriptorLimit / 8, 64);
        // Unique in the network namespace also across daemons and restarts: the upper half is chance.
        _lastId = (ulong)stack.Random.NextInt64() & 0xffff_ffff_0000;
        EchoIdentifiers = new EchoIdentifiers(stack.Random);
        Reader = new PacketReader(stack.Pool, Counters, options.ReceiveContext);
        stack.Sysctl.Group("qnx.kern").ReadOnly("recv_ctxt", "Bytes of a client's stream that are received at one time", () => options.ReceiveContext);
        Operations = new OperationSlots(options.Operations, logger);
        Operations.AddTo(stack.Sysctl);
    }

    public NetworkStack Stack { get; }

    public IStackContext Context { get; }

    public IPoller Poller { get; }

    public SocketTable Sockets { get; }

    public string Prefix { get; }

    public ILogger Logger { get; }

    public WorkQueue Work { get; }

    public PacketReader Reader { get; }

    public OperationSlots Operations { get; }

    public EchoIdentifiers EchoIdentifiers { get; }

    public AccessControl Access { get; } = new();

    public SocketServiceCounters Counters { get; } = new();

    public IManagementHandler? Management { get; init; }

    /// <summary>The most descriptors that unprivileged users may take together with those already there.</summary>
    public int UserQuota { get; }

    /// <summary>Connections of clients to all entries: a descriptor each.</summary>
    public int ConnectionCount { get; set; }

    /// <summary>Receives what is looked at and forgotten: requests, connect records, what a failed socket is still sent.</summary>
    public byte[] Scratch { get; } = GC.AllocateArray<byte>(WireFormat.MaximumRequest, pinned: true);

    /// <summary>The number for the next socket's name.</summary>
    public ulong NextId() => ++_lastId;

    /// <summary>Whether a user may have another descriptor.</summary>
    public bool HasRoomFor(in ClientCredentials user) => user.IsPrivileged || ConnectionCount + Sockets.Count < UserQuota;

    /// <summary>The pool is dry: the work is tried again shortly.</summary>
    public void WaitForMemory(IPendingWork work)
    {
        Counters.Exhausted.Increment();
        Work.RunLater(work);
    }

    /// <summary>A new socket couldn't be made or sent for now: tried again shortly.</summary>
    public void WaitForDescriptors(IPendingWork work, Errno error)
    {
        Counters.Exhausted.Increment();
        if (!_isExhaustionLogged)
            Logger.DescriptorsExhausted(Sockets.Count, error);
        _isExhaustionLogged = true;
        Work.RunLater(work);
    }
}
