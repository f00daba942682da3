namespace IoPkt.Stack;

/// <summary>Some of a retransmission queue's segments in an order of their own, linked through themselves; a segment is in one such list at most.</summary>
internal struct SegmentList
{
    public SentSegment? First { get; private set; }

    public SentSegment? Last { get; private set; }

    public void Append(SentSegment segment) => InsertAfter(Last, segment);

    /// <param name="place">Where; <c>null</c>: at the beginning.</param>
    /// <param name="segment">What.</param>
    public void InsertAfter(SentSegment? place, SentSegment segment)
    {
        SentSegment? next = place is null ? First : place.ListNext;
        segment.ListPrevious = place;
        segment.ListNext = next;
        if (place is null)
            First = segment;
        else
            place.ListNext = segment;
        if (next is null)
            Last = segment;
        else
            next.ListPrevious = segment;
    }

    public void Remove(SentSegment segment)
    {
        if (segment.ListPrevious is null)
            First = segment.ListNext;
        else
            segment.ListPrevious.ListNext = segment.ListNext;
        if (segment.ListNext is null)
            Last = segment.ListPrevious;
        else
            segment.ListNext.ListPrevious = segment.ListPrevious;
        segment.ListPrevious = segment.ListNext = null;
    }
}
