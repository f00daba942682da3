namespace IoPkt.Stack;

/// <summary>
/// Data received out of order: sorted ranges without overlap, found by binary search, so no arrival order makes it slow. The number of ranges and the
/// memory behind them are bounded; what exceeds the bounds is dropped, and the peer sends it again.
/// </summary>
internal sealed class ReassemblyQueue(MbufPool pool)
{
    /// <summary>More holes than this in one window are an attack, or a path on which nothing helps.</summary>
    public const int MaximumRanges = 1024;

    private Range[] _ranges = [];
    private int _count;
    private SackHistory _history;
    private int _unreported;

    public bool IsEmpty => _count == 0;

    public int RangeCount => _count;

    /// <summary>There are ranges that changed since they were reported last.</summary>
    public bool HasUnreported => _unreported > 0;

    /// <summary>Bytes of data held.</summary>
    public int Length { get; private set; }

    /// <summary>Bytes of memory behind them.</summary>
    public int StorageSize { get; private set; }

    /// <summary>Adds a segment's data. Ownership passes; what is held already is freed.</summary>
    /// <param name="start">The first byte's sequence number: after RCV.NXT, and less than 2**30 from the other ranges.</param>
    /// <param name="payload">Not empty.</param>
    /// <param name="length">Its bytes.</param>
    /// <param name="maximumStorage">The most memory that may be held afterwards.</param>
    /// <returns>Whether it brought anything new that was kept.</returns>
    public bool Insert(SequenceNumber start, Mbuf payload, int length, int maximumStorage)
    {
        SequenceNumber end = start + length;
        int at = FindFirstEndingAtOrAfter(start);
        if (at < _count && _ranges[at].Start <= start)
        {
            // Begins inside or at the end of a range.
            ref Range before = ref _ranges[at];
            int known = before.End - start;
            _history.Touch(before.Start);
            if (known >= length)
            {
                payload.Free();
                return false;
            }
            payload.TrimFront(known);
            start = before.End;
        }
        // Ranges that lie wholly within the new data make way for it; one that begins within it and goes beyond cuts it short.
        int first = at < _count && _ranges[at].Start < start ? at + 1 : at, last = first;
        while (last < _count && _ranges[last].End <= end)
            Drop(ref _ranges[last++]);
        RemoveRange(first, last - first);
        if (first < _count && _ranges[first].Start < end)
        {
            end = _ranges[first].Start;
            payload.Truncate(end - start);
        }
        Range added = Prepare(start, end, payload);
        if (StorageSize + added.StorageSize > maximumStorage)
        {
            added.Head.Free();
            return false;
        }
        return Place(first, added);
    }

    /// <summary>If the first range begins at or before <paramref name="next"/>, takes it out.</summary>
    /// <param name="next">RCV.NXT.</param>
    /// <param name="payload">The data from RCV.NXT on; the caller's now.</param>
    /// <param name="length">Their bytes.</param>
    public bool TryTake(SequenceNumber next, out Mbuf? payload, out int length)
    {
        payload = null;
        length = 0;
        while (_count > 0 && _ranges[0].Start <= next)
        {
            Range first = _ranges[0];
            RemoveRange(0, 1);
            Length -= first.End - first.Start;
            StorageSize -= first.StorageSize;
            int known = next - first.Start;
            length = first.End - next;
            if (length <= 0)
            {
                length = 0;
                first.Head.Free();
                continue;
            }
            first.Head.Packet.Length = first.End - first.Start;
            first.Head.TrimFront(known);
            payload = first.Head;
            return true;
        }
        return false;
    }

    /// <summary>
    /// Fills in what to report: RFC 2018, section 4, "The first SACK block MUST specify the contiguous block of data containing the segment which triggered this
    /// ACK", followed by those reported most recently. Blocks that are there already stay in front.
    /// </summary>
    public void Report(ref TcpOptions options, int room)
    {
        if (_count == 0)
            return;
        int first = options.SackCount, wanted = first + Math.Min(room, _count);
        // RFC 2018, section 4: "The first SACK block … MUST specify the contiguous block of data containing the segment which triggered this ACK". Of a batch, that's the last; then come the others.
        if (_history.Count > 0 && options.SackCount < wanted)
            AddRecent(ref options, first, _history[0]);
        for (int i = 0; i < _count && _unreported > 0 && options.SackCount < wanted; i++)
        {
            if (_ranges[i].IsUnreported)
                AddBlock(ref options, first, ref _ranges[i]);
        }
        for (int i = 0; i < _history.Count && options.SackCount < wanted; i++)
            AddRecent(ref options, first, _history[i]);
        for (int i = 0; i < _count && options.SackCount < wanted; i++)
            AddBlock(ref options, first, ref _ranges[i]);
    }

    /// <summary>The first part of it that's held; <c>null</c>: nothing of it is.</summary>
    public SackBlock? FindHeld(SequenceNumber start, SequenceNumber end)
    {
        int at = FindFirstEndingAtOrAfter(start + 1);
        return at < _count && _ranges[at].Start < end
            ? new SackBlock(SequenceNumber.Max(start, _ranges[at].Start), SequenceNumber.Min(end, _ranges[at].End)) : null;
    }

    public void Clear()
    {
        for (int i = 0; i < _count; i++)
            _ranges[i].Head.Free();
        _count = _unreported = Length = StorageSize = 0;
        _ranges = [];
    }

    /// <summary>For tests: the ranges lie behind <paramref name="next"/>, in order and apart, and the sums are theirs.</summary>
    /// <param name="next">RCV.NXT.</param>
    public string? FindInconsistency(SequenceNumber next)
    {
        int length = 0, storage = 0, unreported = 0;
        for (int i = 0; i < _count; i++)
        {
            if (_ranges[i].Start <= (i == 0 ? next : _ranges[i - 1].End) || _ranges[i].End <= _ranges[i].Start)
                return "ranges out of order overlap";
            int bytes = 0;
            for (Mbuf? m = _ranges[i].Head; m is not null; m = m.Next)
            {
                bytes += m.Length;
                storage += m.StorageSize;
            }
            if (bytes != _ranges[i].End - _ranges[i].Start)
                return $"a range of {_ranges[i].End - _ranges[i].Start} out of order has {bytes} bytes";
            length += bytes;
            unreported += _ranges[i].IsUnreported ? 1 : 0;
        }
        return length != Length || storage != StorageSize || unreported != _unreported
            ? $"{length} bytes out of order in {storage}, {unreported} ranges unreported, are counted as {Length}, {StorageSize} and {_unreported}"
            : null;
    }

    private void AddRecent(ref TcpOptions options, int first, SequenceNumber start)
    {
        int at = FindFirstEndingAtOrAfter(start + 1);
        if (at < _count && _ranges[at].Start <= start)
            AddBlock(ref options, first, ref _ranges[at]);
    }

    private void AddBlock(ref TcpOptions options, int first, ref Range range)
    {
        SetUnreported(ref range, false);
        for (int i = first; i < options.SackCount; i++)
        {
            if (options.Sack[i].Start == range.Start)
                return;
        }
        options.Sack[options.SackCount++] = new SackBlock(range.Start, range.End);
    }

    /// <summary>Right-sizes the payload's memory.</summary>
    private Range Prepare(SequenceNumber start, SequenceNumber end, Mbuf payload)
    {
        Mbuf? head = null, tail = null;
        int storage = 0;
        for (Mbuf? m = payload; m is not null;)
        {
            Mbuf? next = m.Next;
            m.Next = null;
            if (m.Length == 0)
            {
                m.Free();
                m = next;
                continue;
            }
            m = MbufCompaction.Compact(pool, m);
            if (tail is null)
                head = m;
            else
                tail.Next = m;
            for (tail = m; ; tail = tail.Next)
            {
                storage += tail.StorageSize;
                if (tail.Next is null)
                    break;
            }
            m = next;
        }
        return new Range { Start = start, End = end, Head = head!, Tail = tail!, StorageSize = storage };
    }

    /// <summary>Puts a range at its place, joined with its neighbours where they touch.</summary>
    private bool Place(int at, Range added)
    {
        bool joinsBefore = at > 0 && _ranges[at - 1].End == added.Start;
        bool joinsAfter = at < _count && _ranges[at].Start == added.End;
        if (!joinsBefore && !joinsAfter && _count == MaximumRanges)
        {
            added.Head.Free();
            return false;
        }
        StorageSize += added.StorageSize;
        Length += added.End - added.Start;
        if (joinsBefore)
        {
            _ranges[at - 1].Append(added);
            if (joinsAfter)
            {
                _ranges[at - 1].Append(_ranges[at]);
                RemoveRange(at, 1);
            }
            at--;
        }
        else if (joinsAfter)
        {
            SetUnreported(ref _ranges[at], false);
            added.Append(_ranges[at]);
            _ranges[at] = added;
        }
        else
        {
            InsertRange(at, added);
        }
        SetUnreported(ref _ranges[at], true);
        _history.Touch(_ranges[at].Start);
        return true;
    }

    private void Drop(ref Range range)
    {
        Length -= range.End - range.Start;
        StorageSize -= range.StorageSize;
        range.Head.Free();
    }

    private void SetUnreported(ref Range range, bool value)
    {
        if (range.IsUnreported == value)
            return;
        range.IsUnreported = value;
        _unreported += value ? 1 : -1;
    }

    private int FindFirstEndingAtOrAfter(SequenceNumber sequence)
    {
        int low = 0, high = _count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_ranges[middle].End < sequence)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    private void InsertRange(int at, in Range range)
    {
        if (_count == _ranges.Length)
            Array.Resize(ref _ranges, Math.Max(8, 2 * _count));
        Array.Copy(_ranges, at, _ranges, at + 1, _count - at);
        _ranges[at] = range;
        _count++;
    }

    private void RemoveRange(int at, int count)
    {
        if (count == 0)
            return;
        for (int i = at; i < at + count; i++)
            SetUnreported(ref _ranges[i], false);
        Array.Copy(_ranges, at + count, _ranges, at, _count - at - count);
        Array.Clear(_ranges, _count - count, count);
        _count -= count;
    }

    private struct Range
    {
        public SequenceNumber Start;
        public SequenceNumber End;
        public Mbuf Head;
        public Mbuf Tail;
        public int StorageSize;
        public bool IsUnreported;

        public void Append(in Range next)
        {
            Tail.Next = next.Head;
            Tail = next.Tail;
            End = next.End;
            StorageSize += next.StorageSize;
        }
    }
}
