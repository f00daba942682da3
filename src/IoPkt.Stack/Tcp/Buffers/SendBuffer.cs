using System.Diagnostics;

namespace IoPkt.Stack;

/// <summary>
/// Data that the user gave us and the peer hasn't acknowledged: a chain of mbufs. Segments, and retransmissions, share its clusters. Positions count
/// bytes from the connection's first.
/// </summary>
internal sealed class SendBuffer(MbufPool pool)
{
    private Mbuf? _head;
    private Mbuf? _tail;
    private Cursor _next;
    private Cursor _retransmission;
    private RecordEnds? _recordEnds;

    /// <summary>Position of the first byte that's held: the first unacknowledged one.</summary>
    public long Start { get; private set; }

    /// <summary>Position after the last byte.</summary>
    public long End { get; private set; }

    /// <summary>Bytes held.</summary>
    public int Length => (int)(End - Start);

    /// <summary>Adds data at the end. Ownership passes.</summary>
    public void Append(Mbuf data)
    {
        for (Mbuf? m = data; m is not null;)
        {
            Mbuf? next = m.Next;
            m.Next = null;
            AppendOne(m);
            m = next;
        }
    }

    /// <summary>What has been added so far, and so many bytes more, end a record (MSG_EOR): no segment has bytes from both sides of it.</summary>
    public void EndRecord(int ahead)
    {
        if (Length + ahead > 0)
            (_recordEnds ??= new RecordEnds()).Add(End + ahead);
    }

    /// <summary>Where the record of the byte at <paramref name="position"/> ends; at the latest, <see cref="End"/>.</summary>
    public long RecordEnd(long position) => _recordEnds is null ? End : Math.Min(End, _recordEnds.After(position));

    /// <summary>Frees everything before <paramref name="position"/>.</summary>
    public void Release(long position)
    {
        Debug.Assert(position >= Start && position <= End);
        _recordEnds?.Release(position);
        while (Start < position)
        {
            Mbuf head = _head!;
            int count = (int)(position - Start);
            if (count < head.Length)
            {
                head.Packet.Length = head.Length;
                head.TrimFront(count);
                Start = position;
                _next.MovedTo(head, Start);
                _retransmission.MovedTo(head, Start);
                return;
            }
            Start += head.Length;
            _next.Forget(head);
            _retransmission.Forget(head);
            _head = head.Next;
            if (_head is null)
                _tail = null;
            head.Next = null;
            head.Free();
        }
    }

    public void Clear() => Release(End);

    /// <summary>A packet over bytes that are sent for the first time. It costs the same wherever they lie, because the place of the last ones is remembered.</summary>
    /// <param name="position">Of the first byte.</param>
    /// <param name="count">Bytes; it becomes <paramref name="least"/>, if there aren't mbufs for all the pieces that they lie in.</param>
    /// <param name="least">Bytes that are worth a packet.</param>
    /// <returns><c>null</c> if the pool is dry.</returns>
    public Mbuf? CopyNew(long position, ref int count, int least) => Copy(ref _next, position, ref count, least);

    /// <summary>The same for bytes sent again, with a memory of its own.</summary>
    public Mbuf? CopyAgain(long position, ref int count, int least) => Copy(ref _retransmission, position, ref count, least);

    private Mbuf? Copy(ref Cursor cursor, long position, ref int count, int least)
    {
        Debug.Assert(position >= Start && count > 0 && position + count <= End);
        if (cursor.Mbuf is null || position < cursor.Start)
            cursor = new Cursor { Mbuf = _head, Start = Start };
        while (position - cursor.Start >= cursor.Mbuf!.Length)
        {
            cursor.Start += cursor.Mbuf.Length;
            cursor.Mbuf = cursor.Mbuf.Next;
        }
        int offset = (int)(position - cursor.Start);
        if (Mbuf.CopyRange(cursor.Mbuf, offset, count) is { } all)
            return all;
        if (count <= least || Mbuf.CopyRange(cursor.Mbuf, offset, least) is not { } some)
            return null;
        count = least;
        return some;
    }

    private void AppendOne(Mbuf m)
    {
        if (m.Length == 0)
        {
            m.Free();
            return;
        }
        End += m.Length;
        if (_tail is not null && MbufCompaction.TryMerge(_tail, m))
            return;
        m = MbufCompaction.Compact(pool, m);
        if (_tail is null)
            _head = m;
        else
            _tail.Next = m;
        while (m.Next is { } next)
            m = next;
        _tail = m;
    }

    /// <summary>An mbuf of the chain and the position of its first byte.</summary>
    private struct Cursor
    {
        public Mbuf? Mbuf;
        public long Start;

        public void MovedTo(Mbuf mbuf, long start)
        {
            if (Mbuf == mbuf)
                Start = start;
        }

        public void Forget(Mbuf mbuf)
        {
            if (Mbuf == mbuf)
                Mbuf = null;
        }
    }
}
