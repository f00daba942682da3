using System.Globalization;

namespace IoPkt.Simulator;

/// <summary>
/// A TCP of one connection that shares no code with the stack, and that bends the rules as its plan says. What the stack sends is checked against the pattern
/// byte by byte, retransmissions as well.
/// </summary>
internal sealed partial class CrudePeer : ILinkEnd, IUser
{
    /// <summary>From which it connects.</summary>
    public const ushort Port = 4000;

    private const long RetransmissionTimeout = 300_000;
    private const long LongestTimeout = 3_000_000;
    private const int MostSegmentsAtOnce = 16;

    /// <summary>Of an old duplicate, in milliseconds: more than any segment of this connection can have.</summary>
    private const int LeastAge = 10_000_000;

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
}
