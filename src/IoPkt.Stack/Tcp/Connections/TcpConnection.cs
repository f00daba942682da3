namespace IoPkt.Stack;

/// <summary>
/// One end of a connection: RFC 9293's transmission control block, with its variables' names. What it does when a segment arrives is in <c>Input/</c>, one
/// file a step of section 3.10.7; what it sends, and when, is in <c>Output/</c>. Everything that comes of a batch of input leaves in <see cref="Flush"/>, at its end.
/// </summary>
internal sealed partial class TcpConnection : ConnectionEntry
{
    private readonly TcpProtocol _tcp;
    private readonly RouteCache _route = new();
    private readonly SendBuffer _sendBuffer;
    private readonly ReassemblyQueue _reassembly;
    private readonly RetransmissionQueue _retransmissionQueue;
    private readonly LossRecovery _recovery;
    private readonly DeliveryRateEstimator _deliveryRate = new();
    private RttEstimator _rtt;

    // Send sequence variables (RFC 9293, section 3.3.1).
    private SequenceNumber _sndUna;
    private SequenceNumber _sndNxt;
    private uint _sndWnd;
    private SequenceNumber _sndWl1;
    private SequenceNumber _sndWl2;
    private SequenceNumber _iss;
    private byte _sndScale;

    /// <summary>Max(SND.WND): the largest window that the peer has offered.</summary>
    private uint _maxSndWnd;

    // Receive sequence variables.
    private SequenceNumber _rcvNxt;
    private SequenceNumber _rcvUp;
    private SequenceNumber _irs;
    private byte _rcvScale;

    /// <summary>RCV.NXT + RCV.WND: the right edge of the window as we have told the peer. It never moves left (RFC 9293, section 3.8.6.2.1).</summary>
    private SequenceNumber _rcvAdvertised;

    // RFC 7323, section 4.3 and 5.
    private bool _usesTimestamps;
    private uint _tsRecent;
    private long _tsRecentAt;
    private readonly uint _timestampOffset;
    private SequenceNumber _lastAckSent;

    private bool _finPending;
    private bool _finSent;
    private Errno _softError;
    private long _lastHeard;

    internal TcpConnection? NextPending;
    internal bool IsPending;

    public TcpConnection(TcpProtocol tcp, TcpSocket socket, in InetEndpoint local, in InetEndpoint remote) : base(local, remote)
    {
        _tcp = tcp;
        Socket = socket;
        Network = Stack.Network(local.Address.Family)!;
        _sendBuffer = new SendBuffer(Stack.Pool);
        _reassembly = new ReassemblyQueue(Stack.Pool);
        _retransmissionQueue = new RetransmissionQueue(tcp.SentSegments, _deliveryRate);
        _recovery = new LossRecovery(_retransmissionQueue, tcp.Counters);
        _rtt = new RttEstimator((long)Settings.MinimumTimeout.TotalMicroseconds, (long)Settings.MaximumTimeout.TotalMicroseconds);
        _retransmissionTimer = new StackTimer(Stack.Timers, RetransmissionTimerExpired);
        _reorderingTimer = new StackTimer(Stack.Timers, ReorderingTimerExpired);
        _probeTimer = new StackTimer(Stack.Timers, ProbeTimerExpired);
        _pacingTimer = new StackTimer(Stack.Timers, PacingTimerExpired);
        _persistTimer = new StackTimer(Stack.Timers, PersistTimerExpired);
        _overrideTimer = new StackTimer(Stack.Timers, OverrideTimerExpired);
        _delayedAckTimer = new StackTimer(Stack.Timers, DelayedAckTimerExpired);
        _keepAliveTimer = new StackTimer(Stack.Timers, KeepAliveTimerExpired);
        _timestampOffset = tcp.Isn.TimestampOffset(local, remote);
        _receiveLimit = socket.Options.ReceiveBuffer;
        _lastHeard = Now;
        _rcvScale = ScaleFor(Math.Max(socket.Options.ReceiveBuffer, Settings.ReceiveBufferAutotuning ? Settings.MaximumReceiveBuffer : 0));
    }

    public TcpSocket Socket { get; }

    public TcpState State { get; private set; }

    /// <summary>The user has closed the socket; nobody will read what arrives.</summary>
    public bool IsOrphan { get; private set; }

    private NetworkStack Stack => _tcp.Stack;

    private TcpSettings Settings => _tcp.Settings;

    private TcpCounters Counters => _tcp.Counters;

    private INetworkProtocol Network { get; }

    private CongestionControl Congestion => _recovery.Congestion;

    private ReceiveBuffer ReceiveBuffer => Socket.ReceiveBuffer;

    private long Now => Stack.Clock.Now;

    /// <summary>The value of a connection's timestamp clock: milliseconds (RFC 7323, section 5.4, between 1 ms and 1 s a tick).</summary>
    public static uint TimestampNow(Clock clock, uint offset) => (uint)(clock.Now / 1000) + offset;

    /// <summary>The least shift with which a window of that size can be told.</summary>
    public static byte ScaleFor(int bufferSize)
    {
        byte scale = 0;
        while (scale < TcpOptions.MaximumWindowScale && 65535L << scale < bufferSize)
            scale++;
        return scale;
    }

    /// <summary>Asks for <see cref="Flush"/> at the end of the batch.</summary>
    private void SetPending() => _tcp.AddPending(this);

    private bool IsSynchronized => State >= TcpState.Established;

    /// <summary>RFC 9293, section 3.10.4 and figure 5: data may still be sent, or are waiting to be.</summary>
    private bool CanSendData => State is TcpState.Established or TcpState.CloseWait or TcpState.FinWait1 or TcpState.Closing or TcpState.LastAck;

    private void Enter(TcpState state)
    {
        State = state;
        if (state == TcpState.Established)
            Counters.ConnectionsEstablished.Increment();
    }

    /// <summary>The connection ends with an error: everything is freed, and the user is told.</summary>
    private void Fail(Errno error)
    {
        if (State == TcpState.Closed)
            return;
        Counters.ConnectionsDropped.Increment();
        Release();
        Socket.ConnectionFailed(error);
    }

    /// <summary>The connection has ended in order.</summary>
    private void Finish()
    {
        Release();
        Socket.ConnectionEnded();
    }

    private void EnterTimeWait()
    {
        TimeWaitEntry entry = new(_tcp, Socket)
        {
            Since = Now,
            SndNxt = _sndNxt,
            RcvNxt = _rcvNxt,
            RcvEdge = SequenceNumber.Max(_rcvAdvertised, _rcvNxt + 1),
            // Rounded up: the window's edge doesn't move to the left.
            Window = (ushort)Math.Min(ushort.MaxValue, (Math.Max(_rcvAdvertised - _rcvNxt, OfferableSpace) + (1 << _rcvScale) - 1) >> _rcvScale),
            UsesTimestamps = _usesTimestamps,
            TsRecent = _tsRecent,
            TimestampOffset = _timestampOffset,
        };
        bool owesAck = _ackNow || _delayedAckTimer.IsArmed;
        Release();
        Socket.ConnectionWaits(entry);
        _tcp.TimeWaits.Add(entry);
        if (owesAck)
            entry.Acknowledge();
    }

    /// <summary>Leaves the tables and gives all memory back. Data that the user hasn't read stay with the socket.</summary>
    private void Release()
    {
        State = TcpState.Closed;
        if (IsOrphan)
            _tcp.Orphans--;
        Counters.ConnectionsClosed.Increment();
        _tcp.Connections.Remove(this);
        FastOpenDecided();
        _retransmissionTimer.Retire();
        _reorderingTimer.Retire();
        _probeTimer.Retire();
        _pacingTimer.Retire();
        _persistTimer.Retire();
        _overrideTimer.Retire();
        _delayedAckTimer.Retire();
        _keepAliveTimer.Retire();
        _sendBuffer.Clear();
        _reassembly.Clear();
        _retransmissionQueue.Clear();
    }
}
