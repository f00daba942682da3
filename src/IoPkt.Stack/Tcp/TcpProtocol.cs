using System.Buffers.Binary;

namespace IoPkt.Stack;

/// <summary>TCP (RFC 9293) over any network protocol.</summary>
public sealed class TcpProtocol : ITransportProtocol
{
    public const byte Number = 6;

    private TcpSocket? _sockets;
    private TcpConnection? _firstPending;
    private TcpConnection? _lastPending;

    internal TcpProtocol(NetworkStack stack)
    {
        Stack = stack;
        stack.Counters.Add(Counters);
        TcpSysctl.Add(stack.Sysctl, this);
        Connections = new ConnectionTable(stack.Random);
        Isn = new IsnGenerator(stack.Clock, stack.Random);
        FastOpenCache = new FastOpenCache(stack.Clock);
        Output = new SegmentOutput(stack, Counters);
        Resets = new ResetPolicy(stack, this);
        TimeWaits = new TimeWaitTable(this);
        Memory = new MemoryPressure(this);
    }

    public byte Protocol => Number;

    /// <summary><c>sysctl net.inet.tcp</c></summary>
    public TcpSettings Settings { get; } = new();

    /// <summary>Names that <see cref="TcpSettings.CongestionControl"/> and <see cref="TcpSocket.SetCongestionControl"/> take.</summary>
    public IReadOnlyList<string> AvailableCongestionControls => CongestionControls.Names;

    /// <summary>Every socket that exists, listeners and connections in TIME-WAIT included, for netstat.</summary>
    public IEnumerable<TcpSocket> Sockets
    {
        get
        {
            for (TcpSocket? socket = _sockets; socket is not null; socket = socket.NextSocket)
                yield return socket;
        }
    }

    internal NetworkStack Stack { get; }

    internal TcpCounters Counters { get; } = new();

    internal ConnectionTable Connections { get; }

    internal PortTable Ports { get; } = new();

    internal TimeWaitTable TimeWaits { get; }

    internal IsnGenerator Isn { get; }

    /// <summary>Its keys are drawn when the first SYN queue is full.</summary>
    internal SynCookies SynCookies => field ??= new SynCookies(Stack.Clock, Stack.Random);

    internal FastOpenServer FastOpenServer => field ??= new FastOpenServer(Stack.Clock, Stack.Random);

    internal FastOpenCache FastOpenCache { get; }

    internal void EnableFastOpen(bool isOn)
    {
        Settings.FastOpen.Client = isOn;
        if (!isOn)
            FastOpenCache.Clear();
    }

    internal SegmentOutput Output { get; }

    internal ResetPolicy Resets { get; }

    internal MemoryPressure Memory { get; }

    /// <summary>Connections whose user has closed the socket.</summary>
    internal int Orphans { get; set; }

    internal SentSegmentPool SentSegments { get; } = new();

    /// <summary>For answers on behalf of nothing that lasts: it remembers the last destination.</summary>
    internal RouteCache ReplyRoute { get; } = new();

    /// <summary>Counts batches, so that a socket tells its user of data once in each.</summary>
    internal long Batch { get; private set; } = 1;

    public TcpSocket CreateSocket(AddressFamily family) => new(this, family);

    public void Input(Mbuf packet, in NetworkHeader header)
    {
        Counters.Received.Increment();
        if (!IncomingSegment.TryRead(packet, header, Counters, out IncomingSegment segment))
            return;
        if (Connections.Find(segment.Local, segment.Remote) is { } entry)
            entry.SegmentArrives(ref segment);
        else
            ConnectionRequested(ref segment, null);
    }

    public void ErrorInput(TransportError error, int mtu, in InetAddress source, in InetAddress destination, ReadOnlySpan<byte> quoted)
    {
        if (quoted.Length < 8)
            return;
        InetEndpoint local = new(source, BinaryPrimitives.ReadUInt16BigEndian(quoted));
        InetEndpoint remote = new(destination, BinaryPrimitives.ReadUInt16BigEndian(quoted[2..]));
        SequenceNumber sequence = new(BinaryPrimitives.ReadUInt32BigEndian(quoted[4..]));
        if (Connections.Find(local, remote) is { } entry)
            entry.ErrorArrives(error, mtu, sequence);
        else
            Counters.IcmpIgnored.Increment();
    }

    public void Flush()
    {
        Memory.Watch();
        Batch++;
        // What becomes pending meanwhile waits for its turn at the end of the list.
        while (_firstPending is { } connection)
        {
            _firstPending = connection.NextPending;
            if (_firstPending is null)
                _lastPending = null;
            connection.NextPending = null;
            connection.IsPending = false;
            connection.Flush();
        }
    }

    internal void AddPending(TcpConnection connection)
    {
        if (connection.IsPending)
            return;
        connection.IsPending = true;
        if (_lastPending is null)
            _firstPending = connection;
        else
            _lastPending.NextPending = connection;
        _lastPending = connection;
    }

    /// <summary>A segment for no connection: a listener's business, or "CLOSED" (section 3.10.7.1).</summary>
    internal void ConnectionRequested(ref IncomingSegment segment, SequenceNumber? floor)
    {
        if (Ports.FindListener(segment, segment.Remote.Port ^ segment.Remote.Address.Ipv4) is { } listener)
        {
            listener.SegmentArrives(ref segment, floor);
        }
        else
        {
            if (segment.IsSyn && !segment.IsAck)
                Counters.NoPort.Increment();
            Resets.Answer(segment);
        }
        segment.Free();
    }

    internal TcpSocket CreateAccepted(TcpSocket listener, HalfOpenConnection request)
    {
        TcpSocket socket = new(this, listener, request.Local, request.Remote);
        TcpConnection connection = new(this, socket, request.Local, request.Remote);
        socket.Connection = connection;
        connection.Continue(request);
        return socket;
    }

    internal TcpSocket CreateFastOpened(TcpSocket socket, TcpListener listener, HalfOpenConnection request, ref IncomingSegment segment)
    {
        TcpSocket accepted = new(this, socket, request.Local, request.Remote);
        TcpConnection connection = new(this, accepted, request.Local, request.Remote);
        accepted.Connection = connection;
        connection.ContinueFastOpen(request, listener, ref segment);
        return accepted;
    }

    /// <summary>A setting that limits send buffers has changed.</summary>
    internal void NoteSendSpace()
    {
        foreach (TcpSocket socket in Sockets)
            socket.Connection?.NoteSendSpace();
    }

    internal void Register(TcpSocket socket)
    {
        socket.NextSocket = _sockets;
        if (_sockets is not null)
            _sockets.PreviousSocket = socket;
        _sockets = socket;
    }

    /// <summary>Once or more: a connection that ends because its user ends it may be the second to say so.</summary>
    internal void Unregister(TcpSocket socket)
    {
        if (socket.PreviousSocket is null && _sockets != socket)
            return;
        if (socket.PreviousSocket is null)
            _sockets = socket.NextSocket;
        else
            socket.PreviousSocket.NextSocket = socket.NextSocket;
        if (socket.NextSocket is not null)
            socket.NextSocket.PreviousSocket = socket.PreviousSocket;
        socket.NextSocket = socket.PreviousSocket = null;
    }
}
