namespace IoPkt.Stack;

/// <summary>How a connection begins: RFC 9293, section 3.5.</summary>
internal sealed partial class TcpConnection
{
    private int _handshakeTransmissions;
    private bool _handshakeDue;
    private bool _hasHandshakeTimedOut;
    private bool _usesWindowScale;
    private string _congestionName = "";

    /// <summary>The timestamp of the first SYN.</summary>
    private uint _firstTimestamp;

    /// <summary>OPEN, active: section 3.10.1.</summary>
    /// <param name="floor">The initial sequence number isn't below it: the connection before this one ended there.</param>
    public Errno Connect(SequenceNumber? floor)
    {
        Errno error = Network.FindRoute(Remote.Address, Socket.Options.Device, _route);
        if (error != Errno.None)
            return error;
        Initialize(ChooseIsn(floor));
        Enter(TcpState.SynSent);
        Counters.ConnectionRequests.Increment();
        _tcp.Connections.Add(this);
        if (MayDelaySyn)
        {
            _awaitsSynData = IsTakenForOpen = true;
            _overrideTimer.ArmAfter(OverrideTimeout);
            return Errno.None;
        }
        _handshakeDue = true;
        SetPending();
        return Errno.InProgress;
    }

    /// <summary>Takes over a half-open connection whose handshake the segment at hand completes: it's then processed in SYN-RECEIVED.</summary>
    public void Continue(HalfOpenConnection halfOpen)
    {
        Network.FindRoute(Remote.Address, Socket.Options.Device, _route);
        Initialize(halfOpen.Iss);
        _irs = halfOpen.Irs;
        _rcvNxt = _rcvUp = _irs + 1;
        _rcvScale = halfOpen.RcvScale;
        _rcvAdvertised = _rcvNxt + halfOpen.Window;
        _lastAckSent = _rcvNxt;
        _handshakeTransmissions = halfOpen.Transmissions;
        ApplyPeerOptions(halfOpen.PeerOptions);
        UseEcn(halfOpen.UsesEcn);
        _tsRecent = halfOpen.TsRecent;
        _tsRecentAt = Now;
        Enter(TcpState.SynReceived);
        Counters.ConnectionAccepts.Increment();
        if (_handshakeTransmissions == 1)
            AddRttSample(Now - halfOpen.SentAt);
        else if (_handshakeTransmissions > 1)
            _rtt.HandshakeTimedOut();
        _tcp.Connections.Add(this);
    }

    /// <summary>The SYN, or the SYN-ACK of a simultaneous open.</summary>
    private void SendHandshake()
    {
        _handshakeDue = false;
        _handshakeTransmissions++;
        bool isAnswer = State == TcpState.SynReceived;
        UpdateMaximumSegment();
        int window = Math.Min(ushort.MaxValue, FreeReceiveSpace);
        OutgoingSegment segment = NewSegment();
        segment.Sequence = _iss;
        segment.Flags = (isAnswer ? TcpFlags.Syn | TcpFlags.Ack : TcpFlags.Syn) | EcnOfHandshake(isAnswer);
        // RFC 7323, section 2.2: "The window field in a segment where the SYN bit is set MUST NOT be scaled."
        segment.Window = (ushort)window;
        segment.Options.MaximumSegmentSize = (ushort)AdvertisedMaximumSegment;
        segment.Options.HasWindowScale = isAnswer ? _usesWindowScale : Settings.WindowScaling;
        segment.Options.WindowScale = _rcvScale;
        segment.Options.SackPermitted = isAnswer ? _recovery.UsesSack : Settings.Sack;
        segment.Options.HasTimestamps = isAnswer ? _usesTimestamps : Settings.Timestamps;
        segment.Options.TimestampValue = TimestampNow(Stack.Clock, _timestampOffset);
        segment.Options.TimestampEcho = isAnswer ? _tsRecent : 0;
        if (!isAnswer)
        {
            AddFastOpen(ref segment);
        }
        else
        {
            segment.Options.HasFastOpen = _fastOpenAnswer.Length > 0;
            segment.Options.FastOpen = _fastOpenAnswer;
            segment.Acknowledgment = _rcvNxt;
            _rcvAdvertised = SequenceNumber.Max(_rcvAdvertised, _rcvNxt + window);
            _lastAckSent = _rcvNxt;
        }
        if (_handshakeTransmissions == 1)
            _firstTimestamp = segment.Options.TimestampValue;
        _handshakeSentAt = Now;
        Errno error = _tcp.Output.Send(segment, _route);
        // RFC 6298: the first timeout is a second, and doubles.
        _retransmissionTimer.Arm(NotBeyondUserTimeout(Now + _rtt.Timeout, _lastHeard));
        if (error is Errno.NetworkUnreachable or Errno.HostUnreachable or Errno.NetworkDown)
            _softError = error;
    }

    private void Initialize(SequenceNumber iss)
    {
        _iss = _sndUna = iss;
        _sndNxt = iss + 1;
        _congestionName = Socket.CongestionControl;
        UpdateMaximumSegment();
    }

    private SequenceNumber ChooseIsn(SequenceNumber? floor)
    {
        SequenceNumber isn = _tcp.Isn.Next(Local, Remote);
        // RFC 9293, section 3.10.7.4, MAY-2: the new number is larger than the largest one of the previous incarnation.
        return floor is { } least && isn < least ? least : isn;
    }

    /// <summary>What both ends can do. Each option is used only if both have sent it in their SYN.</summary>
    private void ApplyPeerOptions(in TcpOptions options)
    {
        _usesWindowScale = Settings.WindowScaling && options.HasWindowScale;
        if (_usesWindowScale)
        {
            _sndScale = options.WindowScale;
        }
        else
        {
            // RFC 7323, section 2.2: both shift counts are zero then.
            _sndScale = _rcvScale = 0;
        }
        _recovery.UsesSack = Settings.Sack && options.SackPermitted;
        _usesTimestamps = Settings.Timestamps && options.HasTimestamps;
        if (_usesTimestamps)
        {
            _tsRecent = options.TimestampValue;
            _tsRecentAt = Now;
        }
        // RFC 9293, section 3.7.1 (MUST-15): "If an MSS Option is not received at connection setup, TCP implementations MUST assume a default send MSS of 536".
        _peerMaximumSegment = options.MaximumSegmentSize == 0 ? Settings.DefaultMaximumSegment : options.MaximumSegmentSize;
        UpdateMaximumSegment();
        _recovery.Congestion = CongestionControls.Create(_congestionName, SegmentDataSize, _deliveryRate, Stack.Random);
        // RFC 6928, section 2, and RFC 5681, section 3.1: "if the SYN or SYN/ACK is lost, the initial window … MUST be one segment".
        if (_handshakeTransmissions > 2)
            _recovery.Congestion.Window = SegmentDataSize;
    }

    /// <summary>The handshake is complete.</summary>
    private void Establish(in IncomingSegment segment)
    {
        _retransmissionTimer.Cancel();
        FastOpenDecided();
        if (!_retransmissionQueue.IsEmpty)
            ArmRetransmissionTimer();
        if (_handshakeSentAt != 0 && _handshakeTransmissions == 1)
            AddRttSample(Now - _handshakeSentAt);
        else if (_hasHandshakeTimedOut)
            _rtt.HandshakeTimedOut();
        _sndWnd = (uint)segment.Window << (segment.IsWindowInBytes ? 0 : _sndScale);
        _maxSndWnd = Math.Max(_maxSndWnd, _sndWnd);
        _sndWl1 = segment.Sequence;
        _sndWl2 = segment.Acknowledgment;
        _lastReceivedAt = _lastHeard = Now;
        Enter(TcpState.Established);
        if (_finPending)
            Enter(TcpState.FinWait1);
        StartQuickAcks();
        RestartKeepAlive();
        Socket.ConnectionEstablished();
        SetPending();
    }
}
