using System.Globalization;

namespace IoPkt.Simulator;

/// <summary>
/// A TCP of one connection that shares no code with the stack, and that bends the rules as its plan says. What the stack sends is checked against the pattern
/// byte by byte, retransmissions as well.
/// </summary>
internal sealed class CrudePeer : ILinkEnd, IUser
{
    /// <summary>From which it connects.</summary>
    public const ushort Port = 4000;

    private const long RetransmissionTimeout = 300_000;
    private const long LongestTimeout = 3_000_000;
    private const int MostSegmentsAtOnce = 16;

    private readonly Simulation _simulation;
    private readonly PeerPlan _plan;
    private readonly bool _mayEndEarly;
    private readonly PeerSegments _segments;
    private readonly Arrivals _arrivals;
    private readonly uint _sendPattern;
    private readonly uint _receivePattern;
    private readonly SequenceNumber _iss;
    private readonly uint _timestampOffset;
    private SequenceNumber _irs;
    private TcpOptions _peerOptions;
    private bool _isSynReceived;
    private bool _isSynAcknowledged;
    private bool _hasVanished;

    // Positions in our own stream; the FIN stands after the last byte.
    private int _acknowledged;
    private int _next;
    private int _usable;
    private readonly SortedSet<int> _skipped = [];

    /// <summary>The positions before it may come in now.</summary>
    private int _edge;
    private long _closedUntil;
    private uint _timestampEcho;
    private int _lastAcknowledged = -1;
    private long _ackAt = long.MaxValue;
    private long _sendAt = long.MaxValue;
    private long _retransmitAt = long.MaxValue;
    private long _timeout = RetransmissionTimeout;

    /// <param name="simulation">Where it lives: at end B.</param>
    /// <param name="plan">What it does.</param>
    /// <param name="expected">Bytes that the stack's user will send.</param>
    /// <param name="mayEndEarly">The user may close before that.</param>
    /// <param name="sendPattern">Of its own bytes.</param>
    /// <param name="receivePattern">Of the stack's.</param>
    public CrudePeer(Simulation simulation, PeerPlan plan, int expected, bool mayEndEarly, uint sendPattern, uint receivePattern)
    {
        _simulation = simulation;
        _plan = plan;
        _mayEndEarly = mayEndEarly;
        _sendPattern = sendPattern;
        _receivePattern = receivePattern;
        _arrivals = new Arrivals(expected);
        _iss = new SequenceNumber((uint)simulation.Random.NextInt64(1L << 32));
        _timestampOffset = (uint)simulation.Random.NextInt64(1L << 32);
        _segments = new PeerSegments(InetAddress.FromIpv4(SimulatedHost.FirstAddress + 1), InetAddress.FromIpv4(SimulatedHost.FirstAddress), simulation.Random);
        if (!plan.Connects)
            return;
        _segments.SourcePort = Port;
        _segments.DestinationPort = 80;
        _retransmitAt = 0;
    }

    public string Name => "peer";

    public int Sent => Math.Min(_next, _plan.BytesToSend);

    public int Received => Math.Min(_arrivals.Next, _arrivals.Expected);

    public bool WasReset { get; private set; }

    /// <summary>Everything was sent, acknowledged and received, both FINs included.</summary>
    public bool IsComplete => _acknowledged > _plan.BytesToSend && _arrivals.IsComplete;

    public bool IsClosed => IsGone || IsComplete;

    public bool IsForsaken { get; private set; }

    /// <summary>It has nothing in flight, and nothing to send before the stack sends something.</summary>
    public bool OnlyWaits => !IsClosed && (IsSynchronized
        ? _acknowledged == _next && (_next > _plan.BytesToSend || (_next == _plan.BytesToSend && !MayFinish))
        : !_isSynReceived && !_plan.Connects);

    public long LastProgress { get; private set; }

    public long NextAlarm => IsGone ? long.MaxValue
        : Math.Min(Math.Min(_ackAt, _sendAt), Math.Min(_retransmitAt, Math.Min(_plan.DisappearsAt, IsSynchronized ? _plan.ResetsAt : long.MaxValue)));

    private long Now => _simulation.Now;

    private bool IsGone => WasReset || IsForsaken || _hasVanished;

    private bool IsSynchronized => _isSynReceived && _isSynAcknowledged;

    private bool UsesTimestamps => _plan.Timestamps && _peerOptions.HasTimestamps;

    private int ReceiveScale => _plan.Scale >= 0 && _peerOptions.HasWindowScale ? _plan.Scale : 0;

    private int SendScale => _plan.Scale >= 0 && _peerOptions.HasWindowScale ? _peerOptions.WindowScale : 0;

    public bool Receive(in SimulatedPacket packet)
    {
        _simulation.Link.Witness?.Delivered(packet);
        Take(packet);
        return true;
    }

    private void Take(in SimulatedPacket packet)
    {
        Ipv4Header ip = new(packet.Bytes);
        if (IsGone || packet.IsDamaged || ip.Protocol != TcpProtocol.Number)
            return;
        TcpHeader header = new(packet.Bytes.AsSpan(ip.HeaderLength));
        if (!TcpOptions.TryRead(header.Options, out TcpOptions options))
            return;
        if ((header.Flags & TcpFlags.Rst) != 0)
        {
            ReceiveReset(header);
            return;
        }
        if ((header.Flags & TcpFlags.Syn) != 0)
        {
            ReceiveSyn(header, options);
            return;
        }
        if (!_isSynReceived || header.DestinationPort != _segments.SourcePort || header.SourcePort != _segments.DestinationPort)
            return;
        if (UsesTimestamps && !options.HasTimestamps)
            _simulation.Fail("A leaves its timestamp out");
        int start = header.Sequence - _irs - 1;
        if (start <= _arrivals.Next)
            _timestampEcho = options.TimestampValue;
        ReceiveText(packet.Span[(ip.HeaderLength + header.HeaderLength)..ip.TotalLength], start, (header.Flags & TcpFlags.Fin) != 0);
        ReceiveAcknowledgment(header);
    }

    /// <summary>Does what is due.</summary>
    public void Act()
    {
        if (IsGone)
            return;
        if (Now >= _plan.DisappearsAt)
        {
            _hasVanished = true;
            LastProgress = Now;
            return;
        }
        if (Now >= _plan.ResetsAt && IsSynchronized)
        {
            WasReset = true;
            LastProgress = Now;
            Emit(Sequence(_next), TcpFlags.Rst | TcpFlags.Ack, 0, 0);
            return;
        }
        if (_retransmitAt <= Now)
            Retransmit();
        if (IsSynchronized && _sendAt <= Now)
            Send();
        if (_isSynReceived && _ackAt <= Now)
            Acknowledge();
    }

    /// <summary>The stack has given up and can't say so any more.</summary>
    public void Forsake() => IsForsaken = true;

    private SequenceNumber Sequence(int position) => _iss + 1 + position;

    private bool Chance(double probability) => probability > 0 && _simulation.Random.NextDouble() < probability;

    private void ReceiveReset(in TcpHeader header)
    {
        if (!_isSynReceived && _plan.Connects ? header.Acknowledgment == _iss + 1 : _isSynReceived && header.Sequence == _irs + 1 + _arrivals.Next)
        {
            WasReset = true;
            LastProgress = Now;
        }
    }

    private void ReceiveSyn(in TcpHeader header, in TcpOptions options)
    {
        if (_isSynReceived && header.Sequence != _irs)
            return;
        if (_plan.Connects && ((header.Flags & TcpFlags.Ack) == 0 || header.Acknowledgment != _iss + 1))
            return;
        if (!_isSynReceived)
        {
            _isSynReceived = true;
            _irs = header.Sequence;
            _peerOptions = options;
            _timestampEcho = options.TimestampValue;
            LastProgress = Now;
            // What the stack may send before our first acknowledgement: the SYN's window.
            _edge = Math.Min(_plan.Window, 65535);
        }
        if (_plan.Connects)
        {
            _isSynAcknowledged = true;
            _usable = header.Window;
            _retransmitAt = long.MaxValue;
            _sendAt = _ackAt = Now;
            return;
        }
        _segments.SourcePort = header.DestinationPort;
        _segments.DestinationPort = header.SourcePort;
        SendSyn();
    }

    private void ReceiveText(ReadOnlySpan<byte> text, int start, bool isFin)
    {
        int end = start + text.Length;
        // A segment without text may stand after the FIN, or, as a probe, before everything.
        if (start < -1 || end > _arrivals.Expected + (text.IsEmpty ? 1 : 0))
        {
            _simulation.Fail(string.Create(CultureInfo.InvariantCulture, $"A sends bytes {start} to {end} of {_arrivals.Expected}"));
            return;
        }
        if (isFin && end != _arrivals.Expected && !_mayEndEarly)
            _simulation.Fail(string.Create(CultureInfo.InvariantCulture, $"A sends its FIN at {end} of {_arrivals.Expected}"));
        int wrong = text.IsEmpty ? -1 : Pattern.FindDifference(text, _receivePattern, start);
        if (wrong >= 0)
            _simulation.Fail(string.Create(CultureInfo.InvariantCulture, $"A sends a wrong byte {start + wrong}"));
        if (isFin)
            end++;
        if (text.IsEmpty && !isFin)
        {
            // A probe wants an answer.
            if (start < _arrivals.Next)
                AckSoon(0);
            return;
        }
        int before = _arrivals.Next;
        if (start < _edge && end > before)
            _arrivals.Add(Math.Max(start, 0), Math.Min(end, Math.Max(_edge, before)));
        if (Chance(_plan.Reneging))
            _arrivals.Renege();
        if (_arrivals.Next > before)
            LastProgress = Now;
        AckSoon(_arrivals.Next == end ? _plan.AckDelay : 0);
    }

    private void ReceiveAcknowledgment(in TcpHeader header)
    {
        int acknowledged = header.Acknowledgment - _iss - 1;
        if (acknowledged < 0 || acknowledged > _plan.BytesToSend + 1)
        {
            if (acknowledged != -1)
                _simulation.Fail(string.Create(CultureInfo.InvariantCulture, $"A acknowledges {acknowledged}"));
            return;
        }
        if (!_isSynAcknowledged)
        {
            _isSynAcknowledged = true;
            _retransmitAt = long.MaxValue;
            LastProgress = Now;
            _sendAt = Now;
        }
        if (acknowledged > _acknowledged)
        {
            _acknowledged = acknowledged;
            _next = Math.Max(_next, acknowledged);
            _skipped.RemoveWhere(p => p < acknowledged);
            _timeout = RetransmissionTimeout;
            _retransmitAt = Now + _timeout;
            LastProgress = Now;
        }
        _usable = Math.Max(_usable, acknowledged + (header.Window << SendScale));
        if (_acknowledged > _plan.BytesToSend)
            _retransmitAt = _sendAt = long.MaxValue;
        else if (_sendAt == long.MaxValue)
            _sendAt = Now;
        // The window may have been shut, or our FIN waited for the other.
        if (_retransmitAt == long.MaxValue && _acknowledged <= _plan.BytesToSend)
            _retransmitAt = Now + _timeout;
    }

    private void Send()
    {
        _sendAt = long.MaxValue;
        int first = _next;
        for (int i = 0; i < MostSegmentsAtOnce && CanSend(_next); i++)
        {
            int position = _next, length = Math.Min(Math.Min(_simulation.Random.Next(1, _plan.LargestSegment + 1), SegmentLimit), Math.Min(_plan.BytesToSend, _usable) - position);
            if (Chance(_plan.Skipping) && length > 0)
                _skipped.Add(position);
            else
                SendText(position, length);
            _next = Math.Max(_next, position + length);
            if (_next == _plan.BytesToSend && MayFinish)
                _next++;
        }
        // Only beside something new: an old segment for each acknowledgement, and an acknowledgement for each old segment, would never end.
        if (_next > first && Chance(_plan.Overlapping))
        {
            int from = _simulation.Random.Next(_next);
            SendText(from, Math.Min(SegmentLimit, Math.Min(_plan.BytesToSend, _next) - from));
        }
        if (_skipped.Count > 0 && Chance(0.5))
        {
            int skipped = _skipped.Min;
            _skipped.Remove(skipped);
            SendText(skipped, Math.Min(SegmentLimit, Math.Min(_plan.BytesToSend, _next) - skipped));
        }
        if (CanSend(_next) || _skipped.Count > 0)
            _sendAt = Now + 1 + _plan.SendPause;
        if (_retransmitAt == long.MaxValue && _acknowledged <= _plan.BytesToSend)
            _retransmitAt = Now + _timeout;
    }

    private int SegmentLimit => Math.Clamp(_peerOptions.MaximumSegmentSize - (UsesTimestamps ? TcpOptions.TimestampsLength : 0), 1, _plan.LargestSegment);

    private bool MayFinish => !_plan.ClosesLast || _arrivals.IsComplete;

    private bool CanSend(int position) => position < Math.Min(_plan.BytesToSend, _usable) || (position == _plan.BytesToSend && MayFinish && position < _usable);

    /// <summary>What is oldest goes again, and with a window that's shut a byte of what isn't yet allowed.</summary>
    private void Retransmit()
    {
        _retransmitAt = Now + _timeout;
        _timeout = Math.Min(2 * _timeout, LongestTimeout);
        if (!IsSynchronized)
        {
            if (_plan.Connects || _isSynReceived)
                SendSyn();
            return;
        }
        if (_acknowledged > _plan.BytesToSend)
        {
            _retransmitAt = long.MaxValue;
            return;
        }
        int length = Math.Min(Math.Min(SegmentLimit, Math.Max(1, _usable - _acknowledged)), _plan.BytesToSend - _acknowledged);
        SendText(_acknowledged, Math.Max(0, length));
        if (_sendAt == long.MaxValue)
            _sendAt = Now + 1;
    }

    private void SendText(int position, int length)
    {
        length = Math.Max(0, length);
        bool isLast = position + length == _plan.BytesToSend && MayFinish;
        if (length == 0 && !isLast)
            return;
        Emit(Sequence(position), TcpFlags.Ack | (isLast ? TcpFlags.Fin : TcpFlags.None), position, length);
        if (isLast)
            _next = Math.Max(_next, position + length + 1);
    }

    private void SendSyn()
    {
        TcpOptions options = new()
        {
            MaximumSegmentSize = _plan.MaximumSegment,
            HasWindowScale = _plan.Scale >= 0 && (_plan.Connects || _peerOptions.HasWindowScale),
            WindowScale = (byte)Math.Max(0, _plan.Scale),
            SackPermitted = _plan.Sack && (_plan.Connects || _peerOptions.SackPermitted),
            HasTimestamps = _plan.Timestamps && (_plan.Connects || _peerOptions.HasTimestamps),
            TimestampValue = Timestamp,
            TimestampEcho = _timestampEcho,
        };
        SimulatedPacket packet = _segments.Make(_iss, _isSynReceived ? _irs + 1 : default, _isSynReceived ? TcpFlags.Syn | TcpFlags.Ack : TcpFlags.Syn,
            (ushort)Math.Min(_plan.Window, 65535), options, Chance(_plan.OddOptions), 0, 0, 0);
        if (_retransmitAt == long.MaxValue)
            _retransmitAt = Now + _timeout;
        _simulation.Link.Send(1, packet);
    }

    private uint Timestamp => (uint)(Now / 1000) + _timestampOffset;

    private void AckSoon(long delay) => _ackAt = Math.Min(_ackAt, Now + delay);

    private void Acknowledge()
    {
        _ackAt = long.MaxValue;
        if (Now >= _closedUntil && Chance(_plan.Closing))
            _closedUntil = Now + 1 + _simulation.Random.NextInt64(_plan.ClosedFor + 1);
        EmitAck();
        if (Chance(_plan.DuplicateAcks))
            EmitAck();
        if (_lastAcknowledged < _arrivals.Next)
            AckSoon(1 + _simulation.Random.Next(50_000));
        if (_closedUntil > Now)
            AckSoon(_closedUntil - Now);
    }

    /// <summary>A FIN, or a probe, may have gone beyond the window; what comes from there isn't heard.</summary>
    private void EmitAck() => Emit(Sequence(Math.Min(_next, Math.Max(_usable, _acknowledged))), TcpFlags.Ack, 0, 0);

    /// <summary>Every segment carries the acknowledgement and the window, such as they are.</summary>
    private void Emit(SequenceNumber sequence, TcpFlags flags, int position, int length)
    {
        int acknowledged = _arrivals.Next;
        if (Chance(_plan.PartialAcks) && acknowledged > Math.Max(0, _lastAcknowledged))
            acknowledged = _simulation.Random.Next(Math.Max(0, _lastAcknowledged), acknowledged);
        _lastAcknowledged = Math.Max(_lastAcknowledged, acknowledged);
        int edge = Edge(acknowledged);
        int field = Math.Min(ushort.MaxValue, Math.Max(0, edge - acknowledged) >> ReceiveScale);
        _edge = acknowledged + (field << ReceiveScale);
        TcpOptions options = new() { HasTimestamps = UsesTimestamps, TimestampValue = Timestamp, TimestampEcho = _timestampEcho };
        if (_plan.Sack && _peerOptions.SackPermitted && acknowledged == _arrivals.Next && length == 0)
            _arrivals.Report(ref options, _irs + 1, options.SackRoom);
        _simulation.Link.Send(1, _segments.Make(sequence, _irs + 1 + acknowledged, flags, (ushort)field, options, Chance(_plan.OddOptions), _sendPattern, position, length));
    }

    private int Edge(int acknowledged)
    {
        if (_closedUntil > Now)
            return Chance(_plan.Shrinking) ? acknowledged : Math.Max(acknowledged, _edge);
        int edge = acknowledged + _plan.Window;
        if (Chance(_plan.Shrinking))
            return acknowledged + _simulation.Random.Next(_plan.Window + 1);
        return Math.Max(edge, _edge);
    }
}
