namespace IoPkt.Simulator;

/// <summary>What it sends: its own data, as badly cut as its plan says, and acknowledgements and windows such as they are.</summary>
internal sealed partial class CrudePeer
{
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
        if (Chance(_plan.OldDuplicates))
            SendOldDuplicate();
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

    private void SendOldDuplicate()
    {
        int length = Math.Min(SegmentLimit, Math.Min(_plan.BytesToSend, _usable) - _next), acknowledged = Math.Max(0, _lastAcknowledged);
        if (!UsesTimestamps || _acknowledged == 0 || length <= 0)
            return;
        TcpOptions options = new() { HasTimestamps = true, TimestampValue = Timestamp - (uint)_simulation.Random.Next(LeastAge, int.MaxValue / 2), TimestampEcho = _timestampEcho };
        _simulation.Link.Send(1, _segments.Make(Sequence(_next), _irs + 1 + acknowledged, TcpFlags.Ack, 0, options, false, ~_sendPattern, _next, length));
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
