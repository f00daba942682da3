using System.Diagnostics;

namespace IoPkt.Stack;

/// <summary>
/// Everything between SND.UNA and SND.NXT in order, with what is known of each part: RFC 9293's retransmission queue and RFC 6675's scoreboard in one. It says how
/// much is in flight ("pipe") and what is to be sent again; the bytes themselves are the send buffer's.
/// </summary>
/// <remarks>
/// Beside the order of sequence numbers it keeps two more: what is in flight, by the time it left, and what is lost, in the order in which that was found. So
/// finding losses and what to send next takes no search, however many holes a large window has.
/// </remarks>
internal sealed class RetransmissionQueue(SentSegmentPool pool, DeliveryRateEstimator rate)
{
    /// <summary>Small segments that leave together share an element up to this size.</summary>
    private const int MaximumLength = 65536;

    private SentSegment? _tail;
    private SegmentList _inFlight;
    private SegmentList _lost;

    /// <summary>Where the last SACK block ended: the next one is seldom far.</summary>
    private SentSegment? _lastSacked;

    public SentSegment? Head { get; private set; }

    public SentSegment? Tail => _tail;

    public bool IsEmpty => Head is null;

    /// <summary>Sequence numbers in the queue.</summary>
    public int Outstanding => Head is null ? 0 : _tail!.End - Head.Start;

    public int SackedBytes { get; private set; }

    /// <summary>Packets that SACK blocks have reported.</summary>
    public int SackedPackets { get; private set; }

    public int LostBytes { get; private set; }

    /// <summary>All bytes ever taken to be lost, less those that were not.</summary>
    public long TotalLost => rate.Lost;

    /// <summary>RFC 6675's "pipe": what is still on the way, as far as we know.</summary>
    public int InFlight => Outstanding - SackedBytes - LostBytes;

    /// <summary>What has been on the way for the longest time; the others follow by <see cref="SentSegment.ListNext"/>.</summary>
    public SentSegment? OldestInFlight => _inFlight.First;

    /// <summary>What is to be sent again next.</summary>
    public SentSegment? NextLost => _lost.First;

    /// <summary>Something leaves for the first time.</summary>
    /// <param name="start">SND.NXT</param>
    /// <param name="end">The new one.</param>
    /// <param name="packets">How many packets of the wire it is.</param>
    /// <param name="packetSize">Data bytes of the largest of them.</param>
    /// <param name="now">Microseconds.</param>
    public void Add(SequenceNumber start, SequenceNumber end, int packets, int packetSize, long now)
    {
        if (_tail is { IsSizeProbe: false } last && last.SentAt == now && !last.IsRetransmitted && !last.IsSacked && !last.IsLost && end - last.Start <= MaximumLength)
        {
            last.End = end;
            last.Packets += packets;
            last.PacketSize = Math.Max(last.PacketSize, packetSize);
            last.Snapshot.InFlight = InFlight;
            return;
        }
        int inFlight = InFlight;
        SentSegment segment = pool.Get();
        segment.Start = start;
        segment.End = end;
        segment.Packets = packets;
        segment.PacketSize = packetSize;
        segment.SentAt = now;
        segment.Previous = _tail;
        if (_tail is null)
            Head = segment;
        else
            _tail.Next = segment;
        _tail = segment;
        _inFlight.Append(segment);
        rate.OnSent(segment, inFlight, now);
    }

    /// <summary>Removes what a cumulative acknowledgement covers.</summary>
    /// <param name="acknowledgment">The new SND.UNA.</param>
    /// <param name="summary">What that meant is added here.</param>
    public void Acknowledge(SequenceNumber acknowledgment, ref DeliverySummary summary)
    {
        while (Head is { } head && head.Start < acknowledgment)
        {
            if (head.End > acknowledgment)
                Split(head, acknowledgment);
            if (head.IsSacked)
            {
                SackedBytes -= head.Length;
                SackedPackets -= head.Packets;
            }
            else
            {
                summary.AddAcknowledged(head);
                Unlist(head);
            }
            Remove(head);
        }
    }

    /// <summary>Notes one SACK block.</summary>
    public void Sack(in SackBlock block, ref DeliverySummary summary)
    {
        if (Head is null || block.Start >= block.End || block.End > _tail!.End || block.End <= Head.Start)
            return;
        SentSegment? segment = Find(block.Start);
        for (; segment is not null && segment.Start < block.End; segment = segment.Next)
        {
            if (segment.IsSacked || segment.End <= block.Start)
                continue;
            if (segment.Start < block.Start)
            {
                Split(segment, block.Start);
                continue;
            }
            if (segment.End > block.End)
                Split(segment, block.End);
            segment = MarkSacked(segment, ref summary);
            _lastSacked = segment;
        }
    }

    /// <summary>Takes a segment that is in flight to be lost.</summary>
    public void MarkLost(SentSegment segment)
    {
        Debug.Assert(!segment.IsLost && !segment.IsSacked);
        _inFlight.Remove(segment);
        // RFC 6675, section 4, NextSeg(), (1): the smallest number first. Everything waits for the head; the others are found nearly in order.
        if (segment == Head)
            _lost.InsertAfter(null, segment);
        else
            _lost.Append(segment);
        segment.IsLost = true;
        LostBytes += segment.Length;
        rate.Lost += segment.Length;
    }

    /// <summary>
    /// Takes the first segment, and all that left no later than <paramref name="sentBefore"/> and weren't reported by SACK blocks, to be lost. If the first was reported, the peer
    /// has reneged (RFC 2018, section 8), and no block is believed.
    /// </summary>
    /// <returns>Whether the peer has reneged.</returns>
    public bool MarkAllLost(long sentBefore)
    {
        bool reneged = Head is { IsSacked: true };
        // Those that were lost already fall in line with the rest: what is sent next is the first.
        _lost = default;
        for (SentSegment? segment = Head; segment is not null; segment = segment.Next)
        {
            if (reneged && segment.IsSacked)
            {
                segment.IsSacked = false;
                SackedBytes -= segment.Length;
                SackedPackets -= segment.Packets;
                _inFlight.InsertAfter(null, segment);
            }
            if (segment.IsLost)
                _lost.Append(segment);
            else if (!segment.IsSacked && (reneged || segment == Head || segment.SentAt <= sentBefore))
                MarkLost(segment);
        }
        return reneged;
    }

    /// <summary>Takes what is in flight, and left no later than that, to be lost.</summary>
    public void MarkLostUntil(long time)
    {
        while (OldestInFlight is { } segment && segment.SentAt <= time)
            MarkLost(segment);
    }

    /// <summary>What was taken to be lost, and wasn't sent again yet, is on its way after all.</summary>
    public void UnmarkLost()
    {
        SentSegment? place = null;
        while (_lost.First is { } segment)
        {
            Unlist(segment);
            rate.Lost -= segment.Length;
            // Back to their places in the order of time. They're nearly in that order among themselves.
            for (SentSegment? next = place is null ? _inFlight.First : place.ListNext; next is not null && next.SentAt <= segment.SentAt; next = next.ListNext)
                place = next;
            while (place is not null && place.SentAt > segment.SentAt)
                place = place.ListPrevious;
            _inFlight.InsertAfter(place, segment);
            place = segment;
        }
    }

    /// <summary>The first <paramref name="length"/> bytes of a segment are on their way again.</summary>
    public void Resent(SentSegment segment, int length, int packetSize, long now)
    {
        if (length < segment.Length)
            Split(segment, segment.Start + length);
        segment.WasLost |= segment.IsLost;
        Unlist(segment);
        int inFlight = InFlight - segment.Length;
        _inFlight.Append(segment);
        segment.IsRetransmitted = true;
        segment.PacketSize = packetSize;
        segment.SentAt = now;
        rate.OnSent(segment, inFlight, now);
    }

    /// <summary>Cuts a segment in two; the object given keeps the first part.</summary>
    public void Split(SentSegment segment, SequenceNumber at)
    {
        SentSegment rest = pool.Get();
        int kept = (int)(((long)segment.Packets * (at - segment.Start) + segment.Length - 1) / segment.Length);
        rest.Packets = Math.Max(1, segment.Packets - kept);
        // A packet that is cut counts on both sides.
        if (segment.IsSacked)
            SackedPackets += kept + rest.Packets - segment.Packets;
        segment.Packets = kept;
        rest.Start = at;
        rest.End = segment.End;
        rest.PacketSize = Math.Min(segment.PacketSize, rest.Length);
        rest.SentAt = segment.SentAt;
        rest.IsRetransmitted = segment.IsRetransmitted;
        rest.IsSacked = segment.IsSacked;
        rest.IsLost = segment.IsLost;
        rest.WasLost = segment.WasLost;
        rest.Snapshot = segment.Snapshot;
        segment.End = at;
        segment.PacketSize = Math.Min(segment.PacketSize, segment.Length);
        rest.Previous = segment;
        rest.Next = segment.Next;
        if (segment.Next is null)
            _tail = rest;
        else
            segment.Next.Previous = rest;
        segment.Next = rest;
        if (segment.IsLost)
            _lost.InsertAfter(segment, rest);
        else if (!segment.IsSacked)
            _inFlight.InsertAfter(segment, rest);
    }

    /// <summary>For TCP_INFO: goes through the queue.</summary>
    /// <param name="lost">Bytes taken to be lost and neither acknowledged nor reported since, whether or not they have been sent again.</param>
    /// <param name="resent">Bytes that are on the way once more.</param>
    public void Count(out int lost, out int resent)
    {
        lost = resent = 0;
        for (SentSegment? segment = Head; segment is not null; segment = segment.Next)
        {
            if (segment.IsSacked)
                continue;
            if (segment.IsLost || segment.WasLost)
                lost += segment.Length;
            if (segment.IsRetransmitted && !segment.IsLost)
                resent += segment.Length;
        }
    }

    public void Clear()
    {
        while (Head is { } head)
            Remove(head);
        _inFlight = _lost = default;
        SackedBytes = SackedPackets = LostBytes = 0;
    }

    /// <summary>For tests: the elements follow each other, the sums are theirs, and each is in the list that it belongs to.</summary>
    public string? FindInconsistency()
    {
        int sacked = 0, sackedPackets = 0, lost = 0, inFlight = 0;
        for (SentSegment? segment = Head, before = null; segment is not null; before = segment, segment = segment.Next)
        {
            if (segment.Previous != before || segment.Length <= 0 || segment.Packets <= 0 || (before is not null && before.End != segment.Start) || (segment.IsSacked && segment.IsLost))
                return "the retransmission queue is broken";
            sacked += segment.IsSacked ? segment.Length : 0;
            sackedPackets += segment.IsSacked ? segment.Packets : 0;
            lost += segment.IsLost ? segment.Length : 0;
            inFlight += segment.IsSacked || segment.IsLost ? 0 : segment.Length;
        }
        if (sacked != SackedBytes || sackedPackets != SackedPackets || lost != LostBytes || inFlight != InFlight)
            return $"{sacked} bytes in {sackedPackets} packets reported, {lost} lost and {inFlight} in flight are counted as {SackedBytes}, {SackedPackets}, {LostBytes} and {InFlight}";
        for (SentSegment? segment = _lost.First; segment is not null; segment = segment.ListNext)
            lost -= segment.IsLost ? segment.Length : int.MaxValue;
        for (SentSegment? segment = _inFlight.First; segment is not null; segment = segment.ListNext)
        {
            inFlight -= segment.IsLost || segment.IsSacked ? int.MaxValue : segment.Length;
            if (segment.ListNext is { } later && later.SentAt < segment.SentAt)
                return "what is in flight isn't in the order of time";
        }
        return lost != 0 || inFlight != 0 ? $"the lists of the retransmission queue miss {lost} bytes lost and {inFlight} in flight" : null;
    }

    /// <summary>The segment in which a sequence number lies.</summary>
    private SentSegment Find(SequenceNumber sequence)
    {
        // Blocks mostly continue where the last one ended, or lie near one of the ends.
        SentSegment segment = _lastSacked ?? _tail!;
        int distance = Math.Abs(sequence - segment.Start);
        if (Math.Abs(_tail!.Start - sequence) < distance)
            segment = _tail;
        else if (sequence - Head!.Start < distance)
            segment = Head;
        while (segment.Start > sequence && segment.Previous is { } before)
            segment = before;
        while (segment.End <= sequence && segment.Next is { } after)
            segment = after;
        return segment;
    }

    /// <summary>Marks it, and joins it with neighbours that are marked already, so that the list's length follows the number of holes.</summary>
    private SentSegment MarkSacked(SentSegment segment, ref DeliverySummary summary)
    {
        summary.AddSacked(segment);
        Unlist(segment);
        segment.IsSacked = true;
        SackedBytes += segment.Length;
        SackedPackets += segment.Packets;
        if (segment.Previous is { IsSacked: true } before)
            segment = Join(before, segment);
        if (segment.Next is { IsSacked: true } after)
            segment = Join(segment, after);
        return segment;
    }

    private SentSegment Join(SentSegment first, SentSegment second)
    {
        first.End = second.End;
        first.Packets += second.Packets;
        first.PacketSize = Math.Max(first.PacketSize, second.PacketSize);
        first.SentAt = Math.Max(first.SentAt, second.SentAt);
        first.IsRetransmitted |= second.IsRetransmitted;
        Remove(second);
        return first;
    }

    /// <summary>Takes a segment out of the list that it's in: that of the lost, which it is no more, or that of those in flight.</summary>
    private void Unlist(SentSegment segment)
    {
        if (segment.IsLost)
        {
            _lost.Remove(segment);
            segment.IsLost = false;
            LostBytes -= segment.Length;
        }
        else
        {
            _inFlight.Remove(segment);
        }
    }

    private void Remove(SentSegment segment)
    {
        if (segment.Previous is null)
            Head = segment.Next;
        else
            segment.Previous.Next = segment.Next;
        if (segment.Next is null)
            _tail = segment.Previous;
        else
            segment.Next.Previous = segment.Previous;
        if (_lastSacked == segment)
            _lastSacked = segment.Previous ?? segment.Next;
        segment.ListPrevious = segment.ListNext = null;
        pool.Give(segment);
    }
}
