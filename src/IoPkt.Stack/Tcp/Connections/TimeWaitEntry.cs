namespace IoPkt.Stack;

/// <summary>What is left of a connection in TIME-WAIT (RFC 9293, section 3.6.1).</summary>
internal sealed class TimeWaitEntry(TcpProtocol tcp, TcpSocket socket) : ConnectionEntry(socket.LocalEndpoint, socket.RemoteEndpoint)
{
    internal TimeWaitEntry? Previous;
    internal TimeWaitEntry? Next;

    public TcpSocket Socket { get; } = socket;

    public long Deadline { get; set; }

    public required long Since { get; init; }

    public required SequenceNumber SndNxt { get; init; }

    public required SequenceNumber RcvNxt { get; init; }

    /// <summary>RCV.NXT+RCV.WND</summary>
    public required SequenceNumber RcvEdge { get; init; }

    /// <summary>As on the wire.</summary>
    public required ushort Window { get; init; }

    public required bool UsesTimestamps { get; init; }

    public required uint TsRecent { get; set; }

    public required uint TimestampOffset { get; init; }

    /// <summary>
    /// Whether our own side may use the endpoints again: RFC 6191, section 2, applied to an active open. With timestamps, and a second later, the new connection's
    /// segments can't be taken for the old one's.
    /// </summary>
    public bool MayReuse(long now) => UsesTimestamps && now - Since > 1_000_000;

    public override void SegmentArrives(ref IncomingSegment segment)
    {
        if (segment.IsRst)
        {
            // RFC 1337, section 3, fix F1: "Ignore RST segments in TIME-WAIT state".
            segment.Free();
            return;
        }
        if (segment.IsSyn && !segment.IsAck && IsNewConnection(segment))
        {
            tcp.Counters.TimeWaitReused.Increment();
            tcp.TimeWaits.Remove(this);
            tcp.ConnectionRequested(ref segment, SndNxt + 65536);
            return;
        }
        if (!segment.IsSyn && !segment.IsAck && segment.Sequence.IsIn(RcvNxt, RcvEdge))
        {
            // "Fifth, check the ACK field: if the ACK bit is off, drop the segment and return".
            segment.Free();
            return;
        }
        bool isOld = UsesTimestamps && segment.Options.HasTimestamps && (int)(segment.Options.TimestampValue - TsRecent) < 0;
        if (!isOld && segment.IsFin && segment.End == RcvNxt)
            tcp.TimeWaits.Restart(this);
        if (!isOld && UsesTimestamps && segment.Options.HasTimestamps && segment.Sequence <= RcvNxt)
            TsRecent = segment.Options.TimestampValue;
        // "The only thing that can arrive in this state is a retransmission of the remote FIN. Acknowledge it". A bare acknowledgement of everything isn't answered:
        // two ends in TIME-WAIT would never stop.
        if (segment.Length > 0 || segment.Sequence != RcvNxt)
        {
            if (!segment.IsMulticastOrBroadcast && tcp.Resets.MayChallenge())
                Acknowledge();
        }
        segment.Free();
    }

    public override void ErrorArrives(TransportError error, int mtu, SequenceNumber sequence) => tcp.Counters.IcmpIgnored.Increment();

    public void Acknowledge()
    {
        OutgoingSegment segment = new()
        {
            Local = Local,
            Remote = Remote,
            Sequence = SndNxt,
            Acknowledgment = RcvNxt,
            Flags = TcpFlags.Ack,
            Window = Window,
            Ttl = Socket.Options.Ttl,
            TrafficClass = Socket.Options.TrafficClass,
            Device = Socket.Options.Device,
        };
        if (UsesTimestamps)
        {
            segment.Options.HasTimestamps = true;
            segment.Options.TimestampValue = TcpConnection.TimestampNow(tcp.Stack.Clock, TimestampOffset);
            segment.Options.TimestampEcho = TsRecent;
        }
        tcp.Counters.SentAcks.Increment();
        tcp.Output.Send(segment, tcp.ReplyRoute);
    }

    /// <summary>
    /// RFC 6191, section 2 (RFC 9293, section 3.10.7.4, MAY-2): if the last connection used timestamps and the SYN has one, a greater one opens a new connection, an equal one
    /// does with a greater sequence number, a smaller one doesn't. If the last one didn't and the SYN has one, it does. Otherwise the sequence number decides.
    /// </summary>
    private bool IsNewConnection(in IncomingSegment segment)
    {
        if (!segment.Options.HasTimestamps)
            return segment.Sequence > RcvNxt;
        if (!UsesTimestamps)
            return true;
        int later = (int)(segment.Options.TimestampValue - TsRecent);
        return later > 0 || (later == 0 && segment.Sequence > RcvNxt);
    }
}
