using System.Globalization;

namespace IoPkt.Simulator;

/// <summary>
/// Stands at the wire and holds each stack to what its segments promise, knowing only what has reached it: windows are kept, nothing is acknowledged that
/// hasn't arrived, no promise is taken back, and no segment lies outside of what sequence-space arithmetic allows.
/// </summary>
/// <param name="time">The simulation's.</param>
/// <param name="mtus">Of the two interfaces.</param>
/// <param name="isHeld">Whether an end is a stack, rather than a peer that keeps no rules.</param>
/// <param name="mayRenege">Reports by SACK may be taken back (RFC 2018, section 8): by a peer that does, or acknowledges less than it has, or by a stack without memory.</param>
/// <param name="dropsInside">The stack may drop what it sends before it reaches the wire: its memory is small, or the path's MTU has just become less.</param>
internal sealed class Witness(VirtualTime time, int[] mtus, bool[] isHeld, bool mayRenege, bool dropsInside)
{
    /// <summary>Of what is no connection's.</summary>
    private const int NoIncarnation = -1;

    /// <summary>RFC 9293, section 3.7.1: what a peer takes that says nothing. No receiver needs to take less for a full segment.</summary>
    private const int DefaultSegment = 536;

    private readonly Dictionary<uint, Flow>[] _flows = [[], []];

    /// <summary>The first rule that was broken, in words.</summary>
    public string? Complaint { get; private set; }

    public Flow? Find(int from, ushort sourcePort, ushort destinationPort) => _flows[from].GetValueOrDefault(Key(sourcePort, destinationPort));

    /// <summary>Whether it's a segment with that byte of a connection's, counted from 1.</summary>
    public bool Carries(in SimulatedPacket packet, int position)
    {
        Ipv4Header ip = new(packet.Bytes);
        if (ip.Protocol != TcpProtocol.Number || ip.IsFragment)
            return false;
        TcpHeader header = new(packet.Bytes.AsSpan(ip.HeaderLength));
        int length = packet.Length - ip.HeaderLength - header.HeaderLength;
        return Find(1 - packet.Destination, header.SourcePort, header.DestinationPort) is { IsOpen: true } flow
            && header.Sequence <= flow.InitialSequence + position && header.Sequence + length > flow.InitialSequence + position;
    }

    /// <summary>An end hands a packet to the link.</summary>
    /// <returns>The connection's <see cref="Flow.Incarnation"/>.</returns>
    public int Sent(int from, in SimulatedPacket packet)
    {
        Ipv4Header ip = new(packet.Bytes);
        if (ip.Protocol != TcpProtocol.Number || ip.IsFragment)
            return 0;
        int start = ip.HeaderLength;
        TcpHeader header = new(packet.Bytes.AsSpan(start));
        bool isWellFormed = TcpOptions.TryRead(header.Options, out TcpOptions options);
        Flow flow = Get(from, header.SourcePort, header.DestinationPort);
        if ((header.Flags & TcpFlags.Syn) != 0 && !NoteSyn(flow, header, options))
            return NoIncarnation;
        if (!flow.IsOpen)
            return flow.Incarnation;
        int length = packet.Length - start - header.HeaderLength;
        if (isHeld[from] && (header.Flags & TcpFlags.Rst) == 0)
        {
            CheckSize(flow, packet, start + header.HeaderLength, length, ip.TotalLength, isWellFormed);
            CheckSequence(flow, header, length);
            CheckAcknowledgment(flow, header, options);
        }
        if ((header.Flags & TcpFlags.Rst) == 0)
            Note(flow, header, length, time.Now);
        return flow.Incarnation;
    }

    /// <summary>A packet comes to its end.</summary>
    public void Delivered(in SimulatedPacket packet)
    {
        if (packet.IsDamaged)
            return;
        Ipv4Header ip = new(packet.Bytes);
        if (ip.Protocol != TcpProtocol.Number || ip.IsFragment)
            return;
        TcpHeader header = new(packet.Bytes.AsSpan(ip.HeaderLength));
        Flow flow = Get(1 - packet.Destination, header.SourcePort, header.DestinationPort);
        _ = TcpOptions.TryRead(header.Options, out TcpOptions options);
        // Of two SYN-ACKs with different numbers, the one that comes first counts.
        if (packet.Incarnation is not (NoIncarnation or 0) && packet.Incarnation != flow.Incarnation && (header.Flags & (TcpFlags.Syn | TcpFlags.Ack)) == (TcpFlags.Syn | TcpFlags.Ack)
            && flow.IsOpen && !flow.IsSynDelivered && IsAnswer(flow, header))
        {
            flow.Open(header, options, packet.Incarnation);
            flow.End = header.Sequence + 1;
        }
        if (!flow.IsOpen || packet.Incarnation != flow.Incarnation || (header.Flags & TcpFlags.Rst) != 0)
            return;
        flow.IsSynDelivered |= (header.Flags & TcpFlags.Syn) != 0 && header.Sequence == flow.InitialSequence;
        // RFC 9293, section 3.10.7.3: who waits for a SYN drops what has none.
        if (!flow.IsSynDelivered)
            return;
        flow.DeliveredAt = time.Now;
        int length = ip.TotalLength - ip.HeaderLength - header.HeaderLength + Controls(header.Flags);
        SequenceNumber end = header.Sequence + length;
        // A segment that's old by its number or its timestamp may be dropped, and its acknowledgement with it.
        bool isOld = end < flow.DeliveredEnd + (length > 0 ? 1 : 0) || (options.HasTimestamps && flow.HasDelivered && (int)(options.TimestampValue - flow.DeliveredTimestamp) < 0);
        flow.DeliveredEnd = SequenceNumber.Max(flow.DeliveredEnd, end);
        if ((header.Flags & TcpFlags.Ack) == 0)
            return;
        flow.NoteHeard(time.Now, header.Acknowledgment);
        SequenceNumber edge = header.Acknowledgment + Window(flow, header);
        flow.DeliveredEdge = flow.HasDelivered ? SequenceNumber.Max(flow.DeliveredEdge, edge) : edge;
        if (!flow.HasDelivered)
            FirstAcknowledged(flow, header.Acknowledgment);
        else if (!isOld)
            Acknowledged(flow, header.Acknowledgment);
        // What has been overtaken may be dropped for its timestamp, with all that it says.
        bool isNewest = !options.HasTimestamps || (int)(options.TimestampValue - flow.NewestTimestamp) >= 0;
        if (isNewest)
            flow.NewestTimestamp = options.TimestampValue;
        if (!isOld)
            flow.DeliveredTimestamp = options.TimestampValue;
        if (!isOld && isNewest)
            NoteReported(flow, options);
        flow.HasDelivered = true;
    }

    private void FirstAcknowledged(Flow flow, SequenceNumber acknowledgment)
    {
        flow.DeliveredAcknowledgment = acknowledgment;
        flow.Opposite.NoteAnswered(flow.HeardAt, acknowledgment);
    }

    private void Acknowledged(Flow flow, SequenceNumber acknowledgment)
    {
        if (acknowledgment <= flow.DeliveredAcknowledgment)
            return;
        if (flow.AcknowledgmentDeliveredAt != time.Now)
            flow.EarlierAcknowledgment = flow.DeliveredAcknowledgment;
        flow.AcknowledgmentDeliveredAt = time.Now;
        flow.DeliveredAcknowledgment = acknowledgment;
        flow.Opposite.NoteAnswered(flow.HeardAt, acknowledgment);
    }

    /// <summary>Timers that expire at the moment of an arrival run before it.</summary>
    private SequenceNumber KnownAcknowledgment(Flow flow) => flow.AcknowledgmentDeliveredAt == time.Now ? flow.EarlierAcknowledgment : flow.DeliveredAcknowledgment;

    private void NoteReported(Flow flow, in TcpOptions options)
    {
        flow.Reported.Acknowledge(flow.DeliveredAcknowledgment);
        for (int i = 0; i < options.SackCount; i++)
        {
            if (options.Sack[i].Start <= flow.DeliveredAcknowledgment)
                continue;
            flow.Reported.Add(options.Sack[i].Start, options.Sack[i].End);
            flow.ReportDeliveredAt = time.Now;
        }
    }

    private static int Controls(TcpFlags flags) => ((flags & TcpFlags.Syn) != 0 ? 1 : 0) + ((flags & TcpFlags.Fin) != 0 ? 1 : 0);

    /// <summary>RFC 7323, section 2.2: "The window field in a segment where the SYN bit is set MUST NOT be scaled."</summary>
    private static int Window(Flow flow, in TcpHeader header) => (header.Flags & TcpFlags.Syn) != 0 ? header.Window : header.Window << flow.ScaleInUse;

    /// <returns>Whether it belongs to the connection. Else an old copy of a SYN has made the listener believe in another, which will never be.</returns>
    private static bool NoteSyn(Flow flow, in TcpHeader header, in TcpOptions options)
    {
        if (flow.IsOpen && flow.InitialSequence == header.Sequence)
            return true;
        if ((header.Flags & TcpFlags.Ack) != 0)
        {
            // Who connects has taken another SYN-ACK's number already, or has long since sent another SYN.
            if (flow.IsSynDelivered || !IsAnswer(flow, header))
                return false;
        }
        else if (flow.IsOpen)
        {
            // The ports are used again: the peer's old segments mean nothing to this connection.
            flow.Opposite.Close();
        }
        flow.Open(header, options);
        return true;
    }

    private static bool IsAnswer(Flow flow, in TcpHeader header) => flow.Opposite.IsOpen && header.Acknowledgment > flow.Opposite.InitialSequence && header.Acknowledgment <= flow.Opposite.End;

    private void CheckSize(Flow flow, in SimulatedPacket packet, int headers, int length, int totalLength, bool isWellFormed)
    {
        if (totalLength != packet.Length || !isWellFormed)
            Complain(flow, $"sends a malformed packet of {packet.Length} bytes (total length {totalLength})");
        int segment = packet.Marks.Segmentation == SegmentationType.None ? length : packet.Marks.SegmentSize;
        if (headers + segment > mtus[flow.From])
            Complain(flow, $"sends {headers} + {segment} bytes over an MTU of {mtus[flow.From]}");
        // RFC 6691, section 2: options are taken off what the peer's MSS allows. 536 without one; 216 whatever it says.
        int limit = Math.Max(216, flow.Opposite.MaximumSegment == 0 ? 536 : flow.Opposite.MaximumSegment);
        if (flow.Opposite.IsSynDelivered && headers - 40 + segment > limit)
            Complain(flow, $"sends {segment} bytes of data with {headers - 40} of options to an MSS of {limit}");
    }

    private void CheckSequence(Flow flow, in TcpHeader header, int length)
    {
        if (!flow.Opposite.HasDelivered || (header.Flags & TcpFlags.Syn) != 0)
            return;
        SequenceNumber end = header.Sequence + length + Controls(header.Flags), una = KnownAcknowledgment(flow.Opposite);
        if (header.Sequence > flow.End && !dropsInside)
            Complain(flow, $"leaves a gap before {header.Sequence - flow.InitialSequence}");
        SequenceNumber edge = SequenceNumber.Max(flow.Opposite.DeliveredEdge, flow.InitialSequence + 1 + flow.Opposite.SynWindow);
        if (length > 0 && end > edge)
            Complain(flow, $"sends up to {end - flow.InitialSequence}, beyond the window's edge at {edge - flow.InitialSequence}");
        if (length > 0 && !mayRenege && flow.Opposite.Reported.Contain(header.Sequence, header.Sequence + length) && flow.Opposite.ReportDeliveredAt < time.Now)
            Complain(flow, $"sends {header.Sequence - flow.InitialSequence} to {end - flow.InitialSequence} again, though that is reported by SACK");
        // A probe of the window, or of a silent peer, comes from just before it.
        if (length > 0 ? end <= una : header.Sequence < una - 1)
            Complain(flow, $"sends {header.Sequence - flow.InitialSequence} again, though everything up to {una - flow.InitialSequence} is acknowledged");
    }

    private void CheckAcknowledgment(Flow flow, in TcpHeader header, in TcpOptions options)
    {
        if (options.HasTimestamps)
        {
            if (flow.HasTimestamps && (int)(options.TimestampValue - flow.LastTimestamp) < 0)
                Complain(flow, "lets its timestamps run backwards");
            flow.HasTimestamps = true;
            flow.LastTimestamp = options.TimestampValue;
        }
        if ((header.Flags & TcpFlags.Ack) == 0 || !flow.Opposite.IsOpen)
            return;
        SequenceNumber edge = header.Acknowledgment + Window(flow, header);
        if (header.Acknowledgment > flow.Opposite.DeliveredEnd)
            Complain(flow, $"acknowledges {header.Acknowledgment - flow.Opposite.InitialSequence}, and only {flow.Opposite.DeliveredEnd - flow.Opposite.InitialSequence} have arrived");
        if (flow.HasAcknowledged)
        {
            if (header.Acknowledgment < flow.Acknowledged)
                Complain(flow, $"takes the acknowledgement of {flow.Acknowledged - flow.Opposite.InitialSequence} back");
            // RFC 9293, section 3.8.6.2.1: "a receiver SHOULD NOT shrink the window, i.e., move the right window edge to the left".
            // Section 2.4 of RFC 7323: in units of 2**scale it may seem to, by less than one.
            // A SYN sent again can't tell more than 64 KiB.
            CheckStep(flow, header, edge);
            if ((header.Flags & TcpFlags.Syn) == 0 && edge + ((1 << flow.ScaleInUse) - 1) < flow.Edge)
                Complain(flow, $"moves its window's edge from {flow.Edge - flow.Opposite.InitialSequence} back to {edge - flow.Opposite.InitialSequence}");
        }
        for (int i = 0; i < options.SackCount; i++)
        {
            if (options.Sack[i].Start >= options.Sack[i].End || options.Sack[i].End > flow.Opposite.DeliveredEnd || options.Sack[i].Start < flow.Opposite.InitialSequence)
                Complain(flow, "reports by SACK what hasn't arrived");
            // RFC 2883, section 4: only the first block may lie below the acknowledgement.
            if (i > 0 && options.Sack[i].Start < header.Acknowledgment)
                Complain(flow, "reports by SACK what is acknowledged");
        }
    }

    /// <summary>
    /// RFC 9293, section 3.8.6.2.2: the window opens by steps of half the buffer or a full segment, whichever is less, and not by what the user just read. The buffer is at least what was once offered; after
    /// the peer's FIN nothing is left to be cut small.
    /// </summary>
    private void CheckStep(Flow flow, in TcpHeader header, SequenceNumber edge)
    {
        // What a SYN has promised may stand between two scale units, and what follows is rounded up to one, once or twice.
        SequenceNumber before = SequenceNumber.Max(flow.Edge, flow.Opposite.InitialSequence + 1 + flow.SynWindow);
        int step = edge - before, unit = 1 << flow.ScaleInUse;
        if ((header.Flags & TcpFlags.Syn) == 0 && !dropsInside && !flow.Opposite.HasFinished && step >= 2 * unit && step + 2 * unit < Math.Min(flow.LargestWindow / 2, DefaultSegment))
            Complain(flow, $"opens its window by {step} bytes, of {flow.LargestWindow}");
    }

    private static void Note(Flow flow, in TcpHeader header, int length, long now)
    {
        SequenceNumber end = header.Sequence + length + Controls(header.Flags);
        if (length + Controls(header.Flags) > 0)
            flow.NoteSent(now, (header.Flags & TcpFlags.Syn) != 0);
        flow.HasFinished |= (header.Flags & TcpFlags.Fin) != 0;
        if (end > flow.End)
        {
            flow.NewBytes += Math.Min(length, end - flow.End);
            flow.End = end;
        }
        if ((header.Flags & TcpFlags.Ack) == 0)
            return;
        SequenceNumber edge = header.Acknowledgment + Window(flow, header);
        flow.LargestWindow = Math.Max(flow.LargestWindow, edge - header.Acknowledgment);
        flow.Edge = flow.HasAcknowledged ? SequenceNumber.Max(flow.Edge, edge) : edge;
        flow.Acknowledged = flow.HasAcknowledged ? SequenceNumber.Max(flow.Acknowledged, header.Acknowledgment) : header.Acknowledgment;
        flow.HasAcknowledged = true;
    }

    private void Complain(Flow flow, string what) =>
        Complaint ??= string.Create(CultureInfo.InvariantCulture, $"{(flow.From == 0 ? "A" : "B")} {what}");

    private Flow Get(int from, ushort sourcePort, ushort destinationPort)
    {
        uint key = Key(sourcePort, destinationPort);
        if (_flows[from].TryGetValue(key, out Flow? flow))
            return flow;
        flow = new Flow { From = from };
        Flow opposite = new() { From = 1 - from, Opposite = flow };
        flow.Opposite = opposite;
        _flows[from].Add(key, flow);
        _flows[1 - from].Add(Key(destinationPort, sourcePort), opposite);
        return flow;
    }

    private static uint Key(ushort sourcePort, ushort destinationPort) => (uint)sourcePort << 16 | destinationPort;
}
