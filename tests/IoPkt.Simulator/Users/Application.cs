using System.Globalization;

namespace IoPkt.Simulator;

/// <summary>A user of one connection. It acts on events alone, and on its own alarm clock; so an event that TCP forgets is a stall that the simulation finds.</summary>
internal sealed class Application(Simulation simulation, SimulatedHost host, ApplicationPlan plan, uint sendPattern, uint receivePattern, string name)
    : ISocketOwner, IUser
{
    /// <summary>Microseconds after which a user who wants to know will know that the peer has gone.</summary>
    public const long LongestSilence = (KeepAliveIdle + (KeepAliveCount - 1) * KeepAliveInterval) * 1_000_000L;

    /// <summary>Seconds.</summary>
    public const int KeepAliveIdle = 30;

    private const int KeepAliveInterval = 10;
    private const int KeepAliveCount = 12;

    private TcpSocket? _socket;
    private TcpConnection? _connection;
    private bool _hasEnded;
    private long _tailLossProbes;

    /// <summary>The window's right edge, as bytes from the first.</summary>
    private int _promised;
    private bool _touched;
    private bool _sendingShut;
    private bool _maySendFirst;
    private long _readAgainAt;
    private long _writeAgainAt;
    private long _abortAt = long.MaxValue;
    private long _closeAt = long.MaxValue;

    public string Name { get; } = name;

    public ApplicationPlan Plan { get; } = plan;

    public IUser? Peer { get; set; }

    public TcpSocket? Socket => _socket;

    public int Sent { get; private set; }

    public int Received { get; private set; }

    public bool SawEnd { get; private set; }

    public bool IsClosed { get; private set; }

    public bool IsConnected { get; private set; }

    /// <summary>It waits for the peer and for nothing else: all that it has sent is acknowledged, nothing remains to be sent, and it doesn't ask whether the peer is there.</summary>
    public bool OnlyWaits => !IsClosed && !Plan.KeepsAlive && _socket is { Connection: { State: >= TcpState.Established } } socket
        && socket.GetInfo() is { UnacknowledgedBytes: 0, BytesNotSent: 0 };

    /// <summary>It had sent everything and seen the peer's end when it closed.</summary>
    public bool IsComplete => Sent == Plan.BytesToSend && SawEnd;

    public Errno Error { get; private set; }

    /// <summary>What it has sent, as the wire knows it; <c>null</c>: nothing yet.</summary>
    public Flow? Flow { get; private set; }

    /// <summary>Why its connection may have ended without the peer's doing; <c>null</c>: there's no reason.</summary>
    public string? Excuse { get; private set; }

    /// <summary>The same of the peer's, when this one failed.</summary>
    public string? PeerExcuse { get; private set; }

    /// <summary>Why its connection may have ended after it had closed it, asked at that moment: what arrives later finds nobody, and proves nothing. <c>null</c>: it goes on, or ended in order.</summary>
    public string? Departure { get; private set; }

    public long LastProgress { get; private set; }

    public long NextAlarm => IsClosed ? long.MaxValue
        : Math.Min(Math.Min(_abortAt, _closeAt),
            Math.Min(_readAgainAt > simulation.Now ? _readAgainAt : long.MaxValue, _writeAgainAt > simulation.Now ? _writeAgainAt : long.MaxValue));

    /// <summary>Begins a connection.</summary>
    /// <param name="remote">Where to.</param>
    /// <param name="localPort">Bound first; 0: the stack chooses.</param>
    /// <returns>Whether it has begun; if not, the port waits for an earlier connection's end.</returns>
    public bool Connect(InetEndpoint remote, ushort localPort = 0)
    {
        TcpSocket socket = host.Stack.Tcp.CreateSocket(AddressFamily.Inet);
        Configure(socket);
        Errno error = Errno.None;
        if (localPort != 0)
        {
            socket.Options.ReuseAddress = true;
            error = socket.Bind(new InetEndpoint(InetAddress.AnyIpv4, localPort));
        }
        if (error == Errno.None)
        {
            socket.FastOpenConnect = host.UsesFastOpen;
            error = socket.Connect(remote);
        }
        // With a cookie, the handshake begins with the first data.
        _maySendFirst = error == Errno.None;
        _touched |= _maySendFirst;
        if (_maySendFirst || error == Errno.InProgress)
            return true;
        socket.Close();
        _socket = null;
        if (error != Errno.AddressInUse)
            simulation.Fail($"{Name}: connect says {error}");
        return false;
    }

    public void Attach(TcpSocket socket)
    {
        Configure(socket);
        IsConnected = true;
        _touched = true;
    }

    public void OnSocketEvent(InetSocket socket, SocketEvents events)
    {
        _touched = true;
        simulation.Trace?.Note(simulation.Now, $"{Name}: {events}");
        if ((events & SocketEvents.Connected) != 0)
        {
            IsConnected = true;
            LastProgress = simulation.Now;
        }
        if ((events & SocketEvents.Error) != 0)
        {
            Error = _socket!.TakeError();
            LastProgress = simulation.Now;
            PeerExcuse = Peer is CrudePeer ? null : GivingUp.OfEnd(Flow?.Opposite, Peer as Application, simulation.Hosts[1 - host.End]);
            if (Error == Errno.TimedOut)
                Excuse = GivingUp.OfUser(Flow, Plan, IsConnected, host.Stack.Tcp.Settings, simulation.Now);
        }
    }

    /// <summary>The peer has given up and can't say so any more: the user, too, loses patience.</summary>
    public void Forsake(string excuse)
    {
        Excuse = excuse;
        _socket!.Abort();
        IsClosed = true;
    }

    /// <summary>Runs at the end of each batch of its host.</summary>
    public void Act()
    {
        long now = simulation.Now;
        bool alarm = (_readAgainAt != 0 && _readAgainAt <= now) || (_writeAgainAt != 0 && _writeAgainAt <= now) || Math.Min(_abortAt, _closeAt) <= now;
        if (_socket is null || IsClosed || !(_touched || alarm))
            return;
        _touched = false;
        if (_abortAt <= now)
        {
            simulation.Trace?.Note(now, $"{Name}: abort");
            _socket.Abort();
            IsClosed = true;
            LastProgress = now;
            return;
        }
        if (_readAgainAt <= now)
            Read(now);
        if ((IsConnected || _maySendFirst) && Error == Errno.None && _writeAgainAt <= now && (!Plan.SendsLast || SawEnd))
            Write(now);
        if (_closeAt <= now || (Error != Errno.None && _socket.ReceiveAvailable == 0) || (_sendingShut && (SawEnd || Plan.ClosesEarly)))
            Close();
    }

    /// <summary>What holds after every batch: what is in flight keeps to the congestion window, and what is promised keeps to the buffer.</summary>
    public void Check()
    {
        if (_socket?.Connection is not null)
            Flow ??= simulation.Link.Witness?.Find(host.End, _socket.LocalEndpoint.Port, _socket.RemoteEndpoint.Port);
        // Closed or not, the connection may go on.
        _connection ??= _socket?.Connection;
        if (_connection?.FindInconsistency() is { } inconsistency)
            simulation.Fail($"{Name}: {inconsistency}");
        if (_connection is { State: TcpState.Closed } && !_hasEnded)
        {
            _hasEnded = true;
            if (IsClosed && Flow is not null)
                Departure = GivingUp.OfOrphan(Flow, Plan, host, simulation.Now);
        }
        if (_socket is not { } socket || IsClosed || socket.Connection is null)
            return;
        long probes = host.Stack.Tcp.Counters.TailLossProbes.Value;
        bool hasProbed = probes != _tailLossProbes;
        _tailLossProbes = probes;
        if (Flow is not { } flow)
            return;
        CheckPromise(socket, flow);
        if (flow.NewBytes == 0)
            return;
        int sent = flow.NewBytes;
        flow.NewBytes = 0;
        TcpInfo info = socket.GetInfo();
        // RFC 8985, section 7.3: a tail loss probe is one segment, whatever the window. Limited transmit (RFC 3042) isn't in flight: its duplicates have left the network.
        bool isProbe = hasProbed && (sent <= info.SendMaximumSegment || info.InFlightBytes <= info.CongestionWindow + info.SendMaximumSegment);
        // A FIN has a sequence number, but no byte that a window would count.
        if (info.CongestionWindow > 0 && info.InFlightBytes > info.CongestionWindow + 1 && !isProbe)
        {
            simulation.Fail(string.Create(CultureInfo.InvariantCulture,
                $"{Name}: sends new data with {info.InFlightBytes} bytes in flight and a congestion window of {info.CongestionWindow}"));
        }
    }

    /// <summary>No more is promised than the buffer takes beside what waits in it. What was promised before the user asked for a smaller one stands.</summary>
    private void CheckPromise(TcpSocket socket, Flow flow)
    {
        if (!flow.HasAcknowledged || !flow.Opposite.IsOpen)
            return;
        int promised = flow.Edge - flow.Opposite.InitialSequence - 1, before = _promised;
        _promised = promised;
        if (before == 0 || promised <= before)
            return;
        TcpInfo info = socket.GetInfo();
        if (promised > Received + info.ReceiveSpace + (1 << info.ReceiveScale))
            simulation.Fail(string.Create(CultureInfo.InvariantCulture, $"{Name}: promises {promised - Received} bytes of a buffer of {info.ReceiveSpace}"));
    }

    private void Configure(TcpSocket socket)
    {
        _socket = socket;
        socket.Owner = this;
        socket.NoDelay = Plan.NoDelay;
        socket.Cork = Plan.Corks;
        socket.QuickAck = Plan.QuickAck;
        socket.MaximumSegment = Plan.MaximumSegment;
        if (Plan.CongestionControl is { } algorithm)
            socket.SetCongestionControl(algorithm);
        if (Plan.ReceiveBuffer > 0)
            socket.Options.ReceiveBuffer = Plan.ReceiveBuffer;
        if (Plan.SendBuffer > 0)
            socket.Options.SendBuffer = Plan.SendBuffer;
        if (Plan.ResetsOnClose)
            socket.Options.Linger = TimeSpan.Zero;
        if (Plan.UserTimeout > 0)
            socket.UserTimeout = TimeSpan.FromMicroseconds(Plan.UserTimeout);
        if (Plan.KeepsAlive)
        {
            socket.KeepAliveIdle = TimeSpan.FromSeconds(KeepAliveIdle);
            socket.KeepAliveInterval = TimeSpan.FromSeconds(KeepAliveInterval);
            socket.KeepAliveCount = KeepAliveCount;
            socket.KeepAlive = true;
        }
        LastProgress = simulation.Now;
        _abortAt = Plan.AbortAt is { } abort ? simulation.Now + abort : long.MaxValue;
        _closeAt = Plan.CloseAt is { } close ? simulation.Now + close : long.MaxValue;
    }

    private void Read(long now)
    {
        _readAgainAt = 0;
        int budget = Plan.ReadPause > 0 ? simulation.Random.Next(1, Plan.LargestRead + 1) : int.MaxValue;
        while (_socket!.Received is { } first && budget > 0)
        {
            int count = Math.Min(Math.Min(first.Length, budget), simulation.Random.Next(1, Plan.LargestRead + 1));
            int wrong = Pattern.FindDifference(first.Span[..count], receivePattern, Received);
            if (wrong >= 0)
            {
                simulation.Fail(string.Create(CultureInfo.InvariantCulture, $"{Name}: byte {Received + wrong} is wrong"));
                return;
            }
            Received += count;
            budget -= count;
            LastProgress = now;
            _socket.Consume(count);
        }
        if (Plan.ReadPause > 0 && _socket.ReceiveAvailable > 0)
            _readAgainAt = now + 1 + simulation.Random.NextInt64(Plan.ReadPause);
        if (_socket.IsReceiveEnd && !SawEnd)
        {
            SawEnd = true;
            LastProgress = now;
        }
    }

    private void Write(long now)
    {
        _writeAgainAt = 0;
        while (Sent < Plan.BytesToSend && _socket!.SendSpace > 0)
        {
            int count = Math.Min(Math.Min(Plan.BytesToSend - Sent, _socket.SendSpace), simulation.Random.Next(1, Plan.LargestWrite + 1));
            Mbuf? data = host.Pool.GetChain(count);
            if (data is null)
            {
                // The pool is dry: a program would sleep a little.
                _writeAgainAt = now + 10_000;
                return;
            }
            Pattern.Fill(data, count, sendPattern, Sent);
            Errno error = _socket.Send(data);
            if (error != Errno.None)
            {
                if (Error == Errno.None && error != Errno.BrokenPipe)
                    simulation.Fail($"{Name}: send says {error}");
                return;
            }
            Sent += count;
            LastProgress = now;
            if (Plan.WritePause > 0)
            {
                _writeAgainAt = now + 1 + simulation.Random.NextInt64(Plan.WritePause);
                return;
            }
        }
        if (Sent == Plan.BytesToSend && !_sendingShut)
        {
            _sendingShut = true;
            if (Plan.Corks)
                _socket!.Cork = false;
            if (!Plan.ClosesEarly)
                _socket!.Shutdown(SocketShutdown.Send);
        }
    }

    private void Close()
    {
        simulation.Trace?.Note(simulation.Now, $"{Name}: close");
        IsClosed = true;
        LastProgress = simulation.Now;
        _socket!.Close();
    }
}
