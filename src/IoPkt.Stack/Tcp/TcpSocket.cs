using System.Runtime.CompilerServices;

namespace IoPkt.Stack;

/// <summary>
/// A TCP socket: listening, or one end of a connection. The user sends by handing over mbufs and receives by looking at the receive buffer and consuming
/// from it, so that data can go between descriptors and segments without a copy in between.
/// </summary>
public sealed partial class TcpSocket : InetSocket
{
    private readonly TcpProtocol _tcp;
    private TcpListener? _listener;
    private TimeWaitEntry? _timeWait;
    private bool _isClosedByUser;
    private bool _isReceiveEnd;
    private bool _wasConnected;
    private long _notifiedBatch;
    private StrongBox<TcpInfo>? _lastInfo;

    internal TcpSocket(TcpProtocol tcp, AddressFamily family)
        : base(tcp.Stack, family, SocketType.Stream, TcpProtocol.Number)
    {
        _tcp = tcp;
        Options = new SocketOptions(tcp.Settings.SendSpace, tcp.Settings.ReceiveSpace);
        InitializeOptions();
        tcp.Register(this);
    }

    /// <summary>A connection that a listener made: it begins with the listener's options, as on every Berkeley stack.</summary>
    internal TcpSocket(TcpProtocol tcp, TcpSocket listener, in InetEndpoint local, in InetEndpoint remote)
        : base(tcp.Stack, listener.Family, SocketType.Stream, TcpProtocol.Number)
    {
        _tcp = tcp;
        Options = listener.Options.Clone();
        CopyOptions(listener);
        LocalEndpoint = local;
        RemoteEndpoint = remote;
        tcp.Register(this);
        IsExplicitlyBound = true;
        tcp.Ports.Add(this, local.Port);
    }

    internal TcpSocket? NextSocket;
    internal TcpSocket? PreviousSocket;
    internal TcpSocket? PortNext;
    internal TcpSocket? PortPrevious;
    internal PortBucket? PortBucket;

    /// <summary>The port was asked for, by bind or by a listener, rather than chosen at connect.</summary>
    internal bool IsExplicitlyBound { get; private set; }

    internal TcpConnection? Connection { get; set; }

    internal ReceiveBuffer ReceiveBuffer { get; } = new();

    internal bool IsReceiveShutDown { get; private set; }

    public TcpState State =>
        Connection?.State ?? (_listener is not null ? TcpState.Listen : _timeWait is not null ? TcpState.TimeWait : TcpState.Closed);

    /// <summary>How many bytes the send buffer takes now.</summary>
    public int SendSpace => Connection?.SendSpace ?? 0;

    /// <summary>Bytes sent or waiting and not yet acknowledged (SIOCOUTQ; netstat's Send-Q).</summary>
    public int SendQueued => Connection?.SendQueued ?? 0;

    /// <summary>Bytes that can be consumed now (netstat's Recv-Q).</summary>
    public int ReceiveAvailable => ReceiveBuffer.Length;

    /// <summary>The first mbuf of what has been received in order; <c>null</c>: nothing. It stays the socket's.</summary>
    public Mbuf? Received => ReceiveBuffer.Head;

    /// <summary>The peer has closed its side, or the connection is gone: nothing is added to what has been received.</summary>
    public bool HasPeerClosed => _isReceiveEnd;

    /// <summary>The peer has closed its side, and everything before that has been consumed.</summary>
    public bool IsReceiveEnd => (_isReceiveEnd || IsReceiveShutDown) && ReceiveBuffer.Length == 0;

    /// <summary>The thread that the connection's packets come to (<see cref="IInterfaceOutput.Affinity"/>); −1: any.</summary>
    public int Affinity => Connection?.Affinity ?? -1;

    /// <summary>Connections that wait for <see cref="Accept"/>.</summary>
    public int AcceptQueueLength => _listener?.AcceptQueueLength ?? 0;

    /// <summary>The most connections that may wait for <see cref="Accept"/>; 0: not listening.</summary>
    public int Backlog => _listener?.Backlog ?? 0;

    /// <summary>Requests that wait for the peer's confirmation.</summary>
    public int SynQueueLength => _listener?.SynQueueLength ?? 0;

    /// <summary>Bytes before the end of urgent data, which arrive in line (RFC 6093); 0: none (SIOCATMARK compares it with 0).</summary>
    public int UrgentOffset => Math.Max(0, Connection?.UrgentOffset ?? 0);

    /// <summary>TCP_INFO; when the connection has ended, what it was then.</summary>
    public TcpInfo GetInfo() => Connection?.GetInfo() ?? (_lastInfo?.Value ?? new TcpInfo { CongestionControl = CongestionControl }) with
    {
        State = State,
        AcceptQueueLength = AcceptQueueLength,
        Backlog = Backlog,
    };

    public override Errno Bind(in InetEndpoint local)
    {
        if (IsBound || State != TcpState.Closed)
            return Errno.Invalid;
        if (local.Address.Family != Family)
            return Errno.AddressFamilyNotSupported;
        if (!local.Address.IsUnspecified && (local.Address.IsMulticast || !(Options.FreeBind || Stack.Network(Family)?.IsLocal(local.Address) == true)))
            return Errno.AddressNotAvailable;
        ushort port = local.Port;
        InetAddress address = local.Address;
        if (port == 0)
            port = Stack.Ports.Choose(address, InetEndpoint.Any(Family), candidate => _tcp.Ports.Find(candidate) is null);
        else if (!_tcp.Ports.IsFree(this, address, port))
            return Errno.AddressInUse;
        if (port == 0)
            return Errno.AddressInUse;
        Take(new InetEndpoint(address, port), isExplicit: true);
        return Errno.None;
    }

    /// <summary>Begins the three-way handshake. <see cref="SocketEvents.Connected"/> or <see cref="SocketEvents.Error"/> follows.</summary>
    /// <returns>
    /// <see cref="Errno.InProgress"/> when it has begun; <see cref="Errno.AlreadyInProgress"/>, <see cref="Errno.IsConnected"/>, <see cref="Errno.NetworkUnreachable"/>,
    /// <see cref="Errno.AddressNotAvailable"/> when no port is free, <see cref="Errno.AddressInUse"/> when the bound one has such a connection;
    /// <see cref="Errno.None"/> with <see cref="FastOpenConnect"/>, when the handshake begins with the first data.
    /// </returns>
    public override Errno Connect(in InetEndpoint remote)
    {
        Errno error = CheckConnect(remote);
        if (error != Errno.None)
            return error;
        RouteCache route = new();
        error = Stack.Network(Family)!.FindRoute(remote.Address, Options.Device, route);
        if (error != Errno.None)
            return error;
        InetAddress address = LocalEndpoint.Address.IsUnspecified ? route.Source : LocalEndpoint.Address;
        if (!route.MayBear(address))
            return Errno.Invalid;
        InetEndpoint peer = remote;
        ushort port = LocalEndpoint.Port;
        if (port == 0)
        {
            port = Stack.Ports.Choose(address, peer, candidate =>
                _tcp.Ports.Find(candidate) is not { BoundCount: > 0 } && IsUnused(new InetEndpoint(address, candidate), peer));
            if (port == 0)
                return Errno.AddressNotAvailable;
            Take(new InetEndpoint(address, port), isExplicit: false);
        }
        else if (!IsUnused(new InetEndpoint(address, port), peer))
        {
            return Errno.AddressInUse;
        }
        LocalEndpoint = new InetEndpoint(address, port);
        RemoteEndpoint = peer;
        SequenceNumber? floor = null;
        if (_tcp.Connections.Find(LocalEndpoint, peer) is TimeWaitEntry old)
        {
            floor = old.SndNxt + 65536;
            _tcp.Counters.TimeWaitReused.Increment();
            _tcp.TimeWaits.Remove(old);
        }
        Connection = new TcpConnection(_tcp, this, LocalEndpoint, peer);
        error = Connection.Connect(floor);
        if (error is not (Errno.InProgress or Errno.None))
            Connection = null;
        return error;
    }

    /// <summary>With <see cref="FastOpenConnect"/>: the SYN doesn't wait for data.</summary>
    public void StartHandshake() => Connection?.StartHandshake();

    /// <param name="backlog">Connections that may wait to be accepted; limited by <see cref="StackSettings.MaximumBacklog"/>, at least 1.</param>
    public Errno Listen(int backlog)
    {
        backlog = Math.Clamp(backlog, 1, Math.Max(1, Stack.Settings.MaximumBacklog));
        if (_listener is not null)
        {
            _listener.Backlog = backlog;
            return Errno.None;
        }
        if (State != TcpState.Closed || _wasConnected || _isClosedByUser)
            return Errno.Invalid;
        if (!IsBound)
        {
            Errno error = Bind(InetEndpoint.Any(Family));
            if (error != Errno.None)
                return error;
        }
        else if (!_tcp.Ports.IsFree(this, LocalEndpoint.Address, LocalEndpoint.Port))
        {
            // Two sockets may have been bound with SO_REUSEADDR; only one of them may listen.
            return Errno.AddressInUse;
        }
        _listener = new TcpListener(_tcp, this, backlog);
        PortBucket!.Listeners.Add(_listener);
        return Errno.None;
    }

    /// <summary>Takes the first established connection; <c>null</c>: there's none. Its <see cref="InetSocket.Owner"/> is not set yet.</summary>
    public TcpSocket? Accept() => _listener?.Accept();

    /// <summary>Adds data to the send buffer. Ownership passes, also on an error. Callers keep within <see cref="SendSpace"/>; beyond it data are still taken.</summary>
    /// <returns><see cref="Errno.BrokenPipe"/> after <see cref="Shutdown"/> or when the connection is gone, <see cref="Errno.NotConnected"/> before it's there.</returns>
    public Errno Send(Mbuf data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (Connection is { } connection)
            return connection.Send(data);
        data.Free();
        return _wasConnected ? Errno.BrokenPipe : Errno.NotConnected;
    }

    /// <summary>MSG_EOR: what has been sent so far isn't put into one segment with what follows, and doesn't wait for it.</summary>
    public void EndRecord() => Connection?.EndRecord();

    /// <summary>Frees the first <paramref name="count"/> bytes of <see cref="Received"/> and opens the window by as much.</summary>
    public void Consume(int count)
    {
        ReceiveBuffer.Consume(count);
        Connection?.Consumed(count);
    }

    /// <returns><see cref="Errno.NotConnected"/> without a connection.</returns>
    public override Errno Shutdown(SocketShutdown how)
    {
        if (Connection is not { } connection)
            return _timeWait is null ? Errno.NotConnected : Errno.None;
        if (how is SocketShutdown.Receive or SocketShutdown.Both)
        {
            // What is unread, and what comes, is acknowledged and discarded.
            IsReceiveShutDown = true;
            if (ReceiveBuffer.Length > 0)
                Consume(ReceiveBuffer.Length);
        }
        if (how is SocketShutdown.Send or SocketShutdown.Both)
            connection.CloseSending();
        return Errno.None;
    }

    public override void Close()
    {
        if (_isClosedByUser)
            return;
        _isClosedByUser = true;
        Owner = null;
        StopListening();
        Connection?.Orphan();
        ReceiveBuffer.Consume(ReceiveBuffer.Length);
        RetireIfUnused();
    }

    /// <summary>Ends the connection with a reset.</summary>
    public void Abort()
    {
        if (_isClosedByUser)
            return;
        _isClosedByUser = true;
        Owner = null;
        StopListening();
        Connection?.Abort();
        ReceiveBuffer.Consume(ReceiveBuffer.Length);
        RetireIfUnused();
    }

    private Errno CheckConnect(in InetEndpoint remote)
    {
        if (_listener is not null)
            return Errno.IsConnected;
        if (Connection is { } connection)
            return connection.State is TcpState.SynSent or TcpState.SynReceived && !connection.IsTakenForOpen ? Errno.AlreadyInProgress : Errno.IsConnected;
        if (_wasConnected || _isClosedByUser)
            return Errno.Invalid;
        if (remote.Address.Family != Family || Stack.Network(Family) is null)
            return Errno.AddressFamilyNotSupported;
        if (remote.Port == 0)
            return Errno.AddressNotAvailable;
        // RFC 9293, section 3.9.2.3 (MUST-46): no connection to a group.
        return remote.Address.IsMulticast || remote.Address.IsLimitedBroadcast ? Errno.NetworkUnreachable : Errno.None;
    }

    private bool IsUnused(in InetEndpoint local, in InetEndpoint remote) =>
        _tcp.Connections.Find(local, remote) is not { } entry || (entry is TimeWaitEntry old && old.MayReuse(Stack.Clock.Now));

    private void Take(in InetEndpoint local, bool isExplicit)
    {
        LocalEndpoint = local;
        IsExplicitlyBound = isExplicit;
        _tcp.Ports.Add(this, local.Port);
    }

    private void StopListening()
    {
        if (_listener is not { } listener)
            return;
        _listener = null;
        PortBucket!.Listeners.Remove(listener);
        listener.Close();
    }

    /// <summary>The port is free again, and netstat shows the socket no more, once neither its user nor a connection needs it.</summary>
    private void RetireIfUnused()
    {
        if (Connection is not null || _timeWait is not null)
            return;
        _tcp.Ports.Remove(this);
        if (_isClosedByUser)
            _tcp.Unregister(this);
    }
}
