namespace IoPkt.Stack;

/// <summary>
/// LISTEN: RFC 9293, section 3.10.7.2. Requests wait in the SYN queue until they're confirmed, and then in the accept queue until the user takes them. Both are
/// bounded, apart from each other, so that unconfirmed requests can't keep out confirmed ones.
/// </summary>
internal sealed partial class TcpListener
{
    /// <summary>Requests that may wait whatever the backlog is; and no more, when memory is short.</summary>
    private const int LeastSynQueue = 8;

    private readonly TcpProtocol _tcp;
    private readonly TcpSocket _socket;
    private readonly Queue<TcpSocket> _acceptQueue = new();
    private readonly SynQueue _synQueue;

    public TcpListener(TcpProtocol tcp, TcpSocket socket, int backlog)
    {
        _tcp = tcp;
        _socket = socket;
        Backlog = backlog;
        _synQueue = new SynQueue(tcp, SynAckTimerExpired);
    }

    public int Backlog { get; set; }

    public int AcceptQueueLength => _acceptQueue.Count;

    public int SynQueueLength => _synQueue.Count;

    private NetworkStack Stack => _tcp.Stack;

    /// <summary>How well the listener fits a request: 0 not at all, more for its very address or interface.</summary>
    public int Match(in IncomingSegment segment)
    {
        InetAddress address = _socket.LocalEndpoint.Address;
        if (_socket.Options.Device is { } device && device != segment.Interface)
            return 0;
        if (address.Family != segment.Local.Address.Family || (!address.IsUnspecified && address != segment.Local.Address))
            return 0;
        return 1 + (address.IsUnspecified ? 0 : 2) + (_socket.Options.Device is null ? 0 : 1);
    }

    public TcpSocket? Accept() => _acceptQueue.TryDequeue(out TcpSocket? accepted) ? accepted : null;

    /// <summary>A segment for the listener itself.</summary>
    /// <param name="segment">Stays the caller's.</param>
    /// <param name="floor">The least initial sequence number, when the endpoints were in TIME-WAIT.</param>
    public void SegmentArrives(ref IncomingSegment segment, SequenceNumber? floor)
    {
        // "First, check for a RST: An incoming RST segment … should be ignored." "Second, check for an ACK: Any acknowledgment is bad if it arrives on a connection
        // still in the LISTEN state. An acceptable reset segment should be formed". "Third, check for a SYN." "Any other control or data-bearing segment … must be discarded".
        if (segment.IsRst)
            return;
        if (segment.IsAck)
        {
            if (!TryAcceptCookie(ref segment))
                _tcp.Resets.Answer(segment);
            return;
        }
        // RFC 9293, section 3.9.2.3 (MUST-57, MUST-63): a SYN to or from a group is discarded.
        if (!segment.IsSyn || segment.IsMulticastOrBroadcast || segment.Remote.Address.IsMulticast || segment.Remote.Address.IsUnspecified
            || segment.Remote.Address.IsLimitedBroadcast || segment.Remote.Port == 0)
        {
            return;
        }
        if (_acceptQueue.Count >= Backlog)
        {
            _tcp.Counters.ListenOverflows.Increment();
            return;
        }
        // A connection needs memory as soon as it's open.
        if (_tcp.Memory.Level >= PoolPressure.Critical)
        {
            _tcp.Counters.SynsWithoutMemory.Increment();
            return;
        }
        if (_tcp.Settings.SynCookies == SynCookieUse.Always)
        {
            SendCookie(segment);
            return;
        }
        if (_synQueue.Count >= (_tcp.Memory.Level == PoolPressure.None ? Math.Max(Backlog, LeastSynQueue) : LeastSynQueue))
        {
            _tcp.Counters.SynQueueOverflows.Increment();
            if (_tcp.Settings.SynCookies != SynCookieUse.Never)
                SendCookie(segment);
            return;
        }
        Request(ref segment, floor);
    }

    /// <summary>A segment for a half-open connection: section 3.10.7.4 in SYN-RECEIVED. It stays the caller's, but for data that a new connection takes.</summary>
    public void SegmentArrives(HalfOpenConnection request, ref IncomingSegment segment)
    {
        SequenceNumber next = request.Irs + 1, edge = next + request.Window;
        bool usesTimestamps = UsesTimestamps(request.PeerOptions) && (segment.Options.HasTimestamps || !_tcp.Settings.ToleratesMissingTimestamps);
        if (segment.IsSyn && !segment.IsAck && segment.Sequence == request.Irs)
        {
            // The peer's SYN again: our answer was lost.
            if (_tcp.Resets.MayChallenge())
                SendSynAck(request);
            return;
        }
        // As the connection would have it (RFC 7323, sections 3.2 and 5.3): what it drops can't open it.
        if (usesTimestamps && !segment.IsRst && !segment.Options.HasTimestamps)
            return;
        if (usesTimestamps && !segment.IsRst && (int)(segment.Options.TimestampValue - request.TsRecent) < 0)
        {
            _tcp.Counters.ReceivedOldTimestamps.Increment();
            return;
        }
        // A peer that has filled the SYN-ACK's window, and lost some of it, acknowledges from its edge.
        bool isInWindow = segment.Sequence.IsIn(next, edge) || segment.Sequence == next || (segment.Sequence == edge && segment.Length == 0 && segment.IsAck && !segment.IsRst);
        if (!isInWindow)
        {
            // "If an incoming segment is not acceptable, an acknowledgment should be sent in reply (unless the RST bit is set …)".
            if (!segment.IsRst)
                Acknowledge(request);
            return;
        }
        if (segment.IsRst && segment.Sequence == next)
        {
            // "If this connection was initiated with a passive OPEN … then return this connection to LISTEN state".
            Drop(request);
            return;
        }
        if (segment.IsRst || segment.IsSyn)
        {
            // RFC 5961, sections 3.2 and 4.2: a reset whose number is in the window and not exactly right, and any SYN, "MUST send an ACK".
            Acknowledge(request);
            return;
        }
        if (!segment.IsAck)
            return;
        if (segment.Acknowledgment != request.Iss + 1)
        {
            _tcp.Resets.Answer(segment);
            return;
        }
        if (usesTimestamps && segment.Sequence <= next)
            request.TsRecent = segment.Options.TimestampValue;
        Confirm(request, ref segment);
    }

    /// <summary>An ICMP error about our SYN-ACK.</summary>
    public void ErrorArrives(HalfOpenConnection request, TransportError error, SequenceNumber sequence)
    {
        // RFC 5927, section 4.1: who doesn't know our initial sequence number is somebody blind. RFC 5461, section 4.1: what can't be answered makes room for what can.
        if (sequence != request.Iss)
            _tcp.Counters.IcmpIgnored.Increment();
        else if (TcpConnection.EndsHandshake(error))
            Drop(request);
    }

    public void Drop(HalfOpenConnection request)
    {
        _tcp.Counters.EmbryonicDropped.Increment();
        _synQueue.Remove(request);
    }

    /// <summary>The listening socket is closed: requests are forgotten, and connections that nobody will take are reset.</summary>
    public void Close()
    {
        _synQueue.Clear();
        while (_acceptQueue.TryDequeue(out TcpSocket? waiting))
            waiting.Abort();
    }

    private bool UsesTimestamps(in TcpOptions peer) => _tcp.Settings.Timestamps && peer.HasTimestamps;

    private bool UsesWindowScale(in TcpOptions peer) => _tcp.Settings.WindowScaling && peer.HasWindowScale;

    private uint TimestampNow(ConnectionEntry request) => TcpConnection.TimestampNow(Stack.Clock, _tcp.Isn.TimestampOffset(request.Local, request.Remote));

    private byte ReceiveScale =>
        TcpConnection.ScaleFor(Math.Max(_socket.Options.ReceiveBuffer, _tcp.Settings.ReceiveBufferAutotuning ? _tcp.Settings.MaximumReceiveBuffer : 0));

    private ushort InitialWindow => (ushort)Math.Min(ushort.MaxValue, Math.Min(_socket.Options.ReceiveBuffer, _socket.WindowClamp));

    private HalfOpenConnection NewRequest(in IncomingSegment segment, SequenceNumber isn) => new(this, segment.Local, segment.Remote)
    {
        Iss = isn,
        Irs = segment.Sequence,
        PeerOptions = segment.Options,
        RcvScale = ReceiveScale,
        Window = InitialWindow,
        UsesEcn = _tcp.Settings.Ecn != EcnMode.Off && ExplicitCongestionNotification.IsRequest(segment.Flags),
        TsRecent = segment.Options.TimestampValue,
        CreatedAt = Stack.Clock.Now,
    };

    private void Request(ref IncomingSegment segment, SequenceNumber? floor)
    {
        SequenceNumber isn = _tcp.Isn.Next(segment.Local, segment.Remote);
        if (floor is { } least && isn < least)
            isn = least;
        HalfOpenConnection request = NewRequest(segment, isn);
        if (TryFastOpen(request, ref segment))
            return;
        _synQueue.Add(request);
        SendSynAck(request);
    }

    private void SendSynAck(HalfOpenConnection request)
    {
        TrySendSynAck(request, TimestampNow(request));
        Reschedule(request);
    }

    /// <summary>"&lt;SEQ=SND.NXT&gt;&lt;ACK=RCV.NXT&gt;&lt;CTL=ACK&gt;", where the peer's segment isn't right for this connection.</summary>
    private void Acknowledge(HalfOpenConnection request)
    {
        if (!_tcp.Resets.MayChallenge() || Stack.Network(request.Local.Address.Family)!.FindRoute(request.Remote.Address, _socket.Options.Device, _tcp.ReplyRoute) != Errno.None)
            return;
        OutgoingSegment segment = NewAnswer(request, request.Iss + 1, TcpFlags.Ack, TimestampNow(request));
        if (UsesWindowScale(request.PeerOptions))
            segment.Window = (ushort)(request.Window >> request.RcvScale);
        _tcp.Counters.SentAcks.Increment();
        _tcp.Output.Send(segment, _tcp.ReplyRoute);
    }

    /// <summary>"&lt;SEQ=ISS&gt;&lt;ACK=RCV.NXT&gt;&lt;CTL=SYN,ACK&gt;"</summary>
    private void TrySendSynAck(HalfOpenConnection request, uint timestamp)
    {
        INetworkProtocol network = Stack.Network(request.Local.Address.Family)!;
        if (network.FindRoute(request.Remote.Address, _socket.Options.Device, _tcp.ReplyRoute) != Errno.None)
            return;
        if (request.Transmissions > 0)
            _tcp.ReplyRoute.SuspectNextHop(network.EtherType);
        int mtu = _tcp.ReplyRoute.Interface?.Mtu ?? _tcp.ReplyRoute.Mtu;
        int maximumSegment = Math.Clamp(mtu - network.HeaderLength - TcpHeader.MinimumLength, _tcp.Settings.MinimumMaximumSegment, ushort.MaxValue);
        if (_socket.MaximumSegment > 0)
            maximumSegment = Math.Clamp(_socket.MaximumSegment, _tcp.Settings.MinimumMaximumSegment, maximumSegment);
        OutgoingSegment segment = NewAnswer(request, request.Iss, TcpFlags.Syn | TcpFlags.Ack | (request.UsesEcn ? TcpFlags.Ece : TcpFlags.None), timestamp);
        segment.Options.MaximumSegmentSize = (ushort)maximumSegment;
        segment.Options.HasWindowScale = UsesWindowScale(request.PeerOptions);
        segment.Options.WindowScale = request.RcvScale;
        segment.Options.SackPermitted = _tcp.Settings.Sack && request.PeerOptions.SackPermitted;
        segment.Options.HasFastOpen = request.HasFastOpenAnswer;
        segment.Options.FastOpen = request.FastOpenAnswer;
        _tcp.Output.Send(segment, _tcp.ReplyRoute);
    }

    private OutgoingSegment NewAnswer(HalfOpenConnection request, SequenceNumber sequence, TcpFlags flags, uint timestamp)
    {
        OutgoingSegment segment = new()
        {
            Local = request.Local,
            Remote = request.Remote,
            Sequence = sequence,
            Acknowledgment = request.Irs + 1,
            Flags = flags,
            Window = request.Window,
            Ttl = _socket.Options.Ttl,
            TrafficClass = _socket.Options.TrafficClass,
            Device = _socket.Options.Device,
        };
        segment.Options.HasTimestamps = UsesTimestamps(request.PeerOptions);
        segment.Options.TimestampValue = timestamp;
        segment.Options.TimestampEcho = request.TsRecent;
        return segment;
    }

    private void Reschedule(HalfOpenConnection request)
    {
        request.Transmissions++;
        request.SentAt = Stack.Clock.Now;
        long timeout = Math.Min(RttEstimator.InitialTimeout << Math.Min(request.Transmissions - 1, 10), (long)_tcp.Settings.MaximumTimeout.TotalMicroseconds);
        _synQueue.Schedule(request, Stack.Clock.Now + timeout);
    }

    private void SynAckTimerExpired(HalfOpenConnection request)
    {
        if (request.Transmissions > _tcp.Settings.SynAckRetries)
        {
            Drop(request);
            return;
        }
        if (request.IsConfirmed && Stack.Clock.Now < request.CreatedAt + (long)_socket.DeferAccept.TotalMicroseconds)
        {
            // The peer has our SYN-ACK: only when the time for its data is over is it asked once more, and its answer opens the connection.
            _synQueue.Schedule(request, request.CreatedAt + (long)_socket.DeferAccept.TotalMicroseconds);
            return;
        }
        _tcp.Counters.SynAckRetransmits.Increment();
        SendSynAck(request);
    }

    private void Confirm(HalfOpenConnection request, ref IncomingSegment segment)
    {
        if (segment.DataLength == 0 && !segment.IsFin && Stack.Clock.Now < request.CreatedAt + (long)_socket.DeferAccept.TotalMicroseconds)
        {
            request.IsConfirmed = true;
            return;
        }
        if (_acceptQueue.Count >= Backlog)
        {
            // The peer believes that it's connected; our SYN-ACK, sent again, will ask for its acknowledgement when there may be room.
            _tcp.Counters.ListenOverflows.Increment();
            return;
        }
        _synQueue.Remove(request);
        Open(request, ref segment);
    }

    private void Open(HalfOpenConnection request, ref IncomingSegment segment)
    {
        TcpSocket accepted = _tcp.CreateAccepted(_socket, request);
        _acceptQueue.Enqueue(accepted);
        accepted.Connection!.SegmentArrives(ref segment);
        _socket.ConnectionWaiting();
    }
}
