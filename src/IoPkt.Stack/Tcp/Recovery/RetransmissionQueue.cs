namespace IoPkt.Stack;

/// <summary>
/// Everything between SND.UNA and SND.NXT in order, with what is known of each part: RFC 9293's retransmission queue and RFC 6675's scoreboard in one. It says how
/// much is in flight ("pipe") and what is to be sent again; the bytes themselves are the send buffer's.
/// </summary>
internal sealed class RetransmissionQueue(SentSegmentPool pool)
{
    /// <summary>Small segments that leave together share an element up to this size.</summary>
    private const int MaximumLength = 65536;

    private SentSegment? _tail;
    private SentSegment? _firstLost;

    public SentSegment? Head { get; private set; }

    public SentSegment? Tail => _tail;

    public bool IsEmpty => Head is null;

    /// <summary>Sequence numbers in the queue.</summary>
    public int Outstanding => Head is null ? 0 : _tail!.End - Head.Start;

    public int SackedBytes { get; private set; }

    public int LostBytes { get; private set; }

    /// <summary>RFC 6675's "pipe": what is still on the way, as far as we know.</summary>
    public int InFlight => Outstanding - SackedBytes - LostBytes;

    /// <summary>The end of the highest part that was reported by a SACK block.</summary>
    public SequenceNumber HighestSacked { get; private set; }

    public void Add(SequenceNumber start, SequenceNumber end, long now)
    {
        if (_tail is { } last && last.SentAt == now && !last.IsRetransmitted && !last.IsSacked && !last.IsLost && end - last.Start <= MaximumLength)
        {
            last.End = end;
            return;
        }
        SentSegment segment = pool.Get();
        segment.Start = start;
        segment.End = end;
        segment.SentAt = now;
        segment.Previous = _tail;
        if (_tail is null)
            Head = segment;
        else
            _tail.Next = segment;
        _tail = segment;
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
            summary.AddAcknowledged(head);
            if (head.IsSacked)
                SackedBytes -= head.Length;
            if (head.IsLost)
                LostBytes -= head.Length;
            Remove(head);
        }
    }

    /// <summary>Notes one SACK block.</summary>
    public void Sack(in SackBlock block, ref DeliverySummary summary)
    {
        if (Head is null || block.Start >= block.End || block.End > _tail!.End || block.End <= Head.Start)
            return;
        // The block lies at the end of the window more often than not, but the holes are at its beginning; the list is short either way.
        SentSegment? segment = _tail;
        while (segment.Previous is not null && segment.Start > block.Start)
            segment = segment.Previous;
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
        }
        if (block.End > HighestSacked || HighestSacked <= Head.Start)
            HighestSacked = block.End;
    }

    /// <summary>Takes a segment to be lost.</summary>
    public void MarkLost(SentSegment segment)
    {
        if (segment.IsLost || segment.IsSacked)
            return;
        segment.IsLost = true;
        LostBytes += segment.Length;
        if (_firstLost is null || segment.Start < _firstLost.Start)
            _firstLost = segment;
    }

    /// <summary>Takes all that wasn't reported by SACK blocks to be lost. If the first was, the peer has reneged (RFC 2018, section 8), and no block is believed.</summary>
    /// <returns>Whether the peer has reneged.</returns>
    public bool MarkAllLost()
    {
        bool reneged = Head is { IsSacked: true };
        for (SentSegment? segment = Head; segment is not null; segment = segment.Next)
        {
            if (reneged && segment.IsSacked)
            {
                segment.IsSacked = false;
                SackedBytes -= segment.Length;
            }
            MarkLost(segment);
        }
        return reneged;
    }

    /// <summary>The first part that's to be sent again.</summary>
    public SentSegment? NextLost()
    {
        while (_firstLost is { IsLost: false })
            _firstLost = _firstLost.Next;
        return _firstLost;
    }

    /// <summary>The first <paramref name="length"/> bytes of a lost segment are on their way again.</summary>
    public void Resent(SentSegment segment, int length, long now)
    {
        if (length < segment.Length)
            Split(segment, segment.Start + length);
        if (segment.IsLost)
        {
            segment.IsLost = false;
            LostBytes -= segment.Length;
        }
        segment.IsRetransmitted = true;
        segment.SentAt = now;
    }

    /// <summary>Cuts a segment in two; the object given keeps the first part.</summary>
    public void Split(SentSegment segment, SequenceNumber at)
    {
        SentSegment rest = pool.Get();
        rest.Start = at;
        rest.End = segment.End;
        rest.SentAt = segment.SentAt;
        rest.IsRetransmitted = segment.IsRetransmitted;
        rest.IsSacked = segment.IsSacked;
        rest.IsLost = segment.IsLost;
        segment.End = at;
        rest.Previous = segment;
        rest.Next = segment.Next;
        if (segment.Next is null)
            _tail = rest;
        else
            segment.Next.Previous = rest;
        segment.Next = rest;
    }

    public void Clear()
    {
        while (Head is { } head)
            Remove(head);
        SackedBytes = LostBytes = 0;
    }

    /// <summary>Marks it, and joins it with neighbours that are marked already, so that the list's length follows the number of holes.</summary>
    private SentSegment MarkSacked(SentSegment segment, ref DeliverySummary summary)
    {
        summary.AddSacked(segment);
        if (segment.IsLost)
        {
            segment.IsLost = false;
            LostBytes -= segment.Length;
        }
        segment.IsSacked = true;
        SackedBytes += segment.Length;
        if (segment.Previous is { IsSacked: true } before)
            segment = Join(before, segment);
        if (segment.Next is { IsSacked: true } after)
            segment = Join(segment, after);
        return segment;
    }

    private SentSegment Join(SentSegment first, SentSegment second)
    {
        first.End = second.End;
        first.SentAt = Math.Max(first.SentAt, second.SentAt);
        first.IsRetransmitted |= second.IsRetransmitted;
        Remove(second);
        return first;
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
        if (_firstLost == segment)
            _firstLost = segment.Next;
        pool.Give(segment);
    }
}
