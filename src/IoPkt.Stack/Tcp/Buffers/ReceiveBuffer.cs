namespace IoPkt.Stack;

/// <summary>Data received in order and not yet consumed: the segments' own mbufs, headers trimmed, chained through <see cref="Mbuf.Next"/>.</summary>
internal sealed class ReceiveBuffer
{
    private Mbuf? _tail;

    public Mbuf? Head { get; private set; }

    /// <summary>Bytes of data.</summary>
    public int Length { get; private set; }

    /// <summary>Bytes of memory that hold them.</summary>
    public int StorageSize { get; private set; }

    /// <summary>Adds a payload at the end. Ownership passes.</summary>
    public void Append(Mbuf payload)
    {
        for (Mbuf? m = payload; m is not null;)
        {
            Mbuf? next = m.Next;
            m.Next = null;
            AppendOne(m);
            m = next;
        }
    }

    /// <summary>Frees bytes at the front.</summary>
    public void Consume(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)Length);
        Length -= count;
        while (count > 0)
        {
            Mbuf head = Head!;
            if (count < head.Length)
            {
                head.Packet.Length = head.Length;
                head.TrimFront(count);
                return;
            }
            count -= head.Length;
            StorageSize -= head.StorageSize;
            Head = head.Next;
            if (Head is null)
                _tail = null;
            head.Next = null;
            head.Free();
        }
    }

    private void AppendOne(Mbuf m)
    {
        if (m.Length == 0)
        {
            m.Free();
            return;
        }
        Length += m.Length;
        if (_tail is not null && MbufCompaction.TryMerge(_tail, m))
            return;
        StorageSize += m.StorageSize;
        if (_tail is null)
            Head = m;
        else
            _tail.Next = m;
        _tail = m;
    }
}
