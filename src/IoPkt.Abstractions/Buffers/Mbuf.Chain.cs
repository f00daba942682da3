using System.Diagnostics;

namespace IoPkt;

/// <summary>Operations on a packet as a whole: a chain whose first mbuf is <c>this</c>.</summary>
public sealed unsafe partial class Mbuf
{
    /// <summary>
    /// Adds <paramref name="count"/> bytes in front: in this mbuf when it has room, else in a new one. The bytes are not cleared.
    /// </summary>
    /// <returns>The packet's first mbuf, whose data begin with the new bytes, contiguously; <c>null</c>, and the packet freed, if the pool is dry.</returns>
    public Mbuf? Prepend(int count)
    {
        Mbuf first = this;
        if (LeadingSpace >= count)
        {
            _offset -= count;
            _length += count;
        }
        else
        {
            Mbuf? header = _pool.Get();
            if (header is null)
            {
                Free();
                return null;
            }
            Debug.Assert(count <= InternalSize);
            // As far back as it goes: the layers below will want room in front as well.
            header._offset = InternalSize - count;
            header._length = count;
            header.Packet = Packet;
            header.Next = this;
            first = header;
        }
        first.Packet.Length += count;
        first.Packet.ChecksumStart += count;
        return first;
    }

    /// <summary>Drops <paramref name="count"/> bytes from the front. Emptied mbufs after the first stay in the chain with no data until the packet is freed.</summary>
    public void TrimFront(int count)
    {
        Debug.Assert(count <= Packet.Length);
        Packet.Length -= count;
        Packet.ChecksumStart -= count;
        for (Mbuf? m = this; m is not null && count > 0; m = m.Next)
        {
            int n = Math.Min(count, m._length);
            m.Narrow(n, m._length - n);
            count -= n;
        }
    }

    /// <summary>Shortens the packet to <paramref name="length"/> bytes: link padding and overlapping data go this way.</summary>
    public void Truncate(int length)
    {
        Debug.Assert(length <= Packet.Length);
        Packet.Length = length;
        for (Mbuf? m = this; m is not null; m = m.Next)
        {
            m._length = Math.Min(m._length, length);
            length -= m._length;
            if (length == 0 && m.Next is { } rest)
            {
                m.Next = null;
                rest.Free();
            }
        }
    }

    /// <summary>Makes the first <paramref name="count"/> bytes contiguous in the first mbuf, so that a header can be read in place.</summary>
    /// <returns>The packet's first mbuf; <c>null</c>, and the packet freed, when it is shorter than that or the pool is dry.</returns>
    public Mbuf? PullUp(int count)
    {
        if (_length >= count)
            return this;
        if (count > Packet.Length || count > InternalSize)
        {
            Free();
            return null;
        }
        Mbuf? header = _pool.Get();
        if (header is null)
        {
            Free();
            return null;
        }
        header._offset = Math.Min(HeaderRoom, InternalSize - count);
        header._length = count;
        CopyTo(0, header.Span);
        header.Packet = Packet;
        TrimFront(count);
        header.Next = this;
        return header;
    }

    /// <summary>Copies bytes out of the packet.</summary>
    public void CopyTo(int offset, Span<byte> destination)
    {
        Mbuf? m = this;
        for (; m is not null && offset >= m._length; m = m.Next)
            offset -= m._length;
        for (; destination.Length > 0; m = m.Next, offset = 0)
        {
            ReadOnlySpan<byte> piece = m!.Span[offset..];
            int n = Math.Min(piece.Length, destination.Length);
            piece[..n].CopyTo(destination);
            destination = destination[n..];
        }
    }

    /// <summary>Adds bytes at the end, in new clusters as needed.</summary>
    /// <returns>Whether there was memory for all of them; if not, the packet is as it was.</returns>
    public bool Append(ReadOnlySpan<byte> data)
    {
        Mbuf last = Last;
        int here = Math.Min(last.TrailingSpace, data.Length);
        if (here < data.Length)
        {
            Mbuf? more = _pool.GetChain(data.Length - here);
            if (more is null)
                return false;
            last.Next = more;
            ReadOnlySpan<byte> rest = data[here..];
            for (Mbuf? m = more; m is not null; m = m.Next)
            {
                int n = Math.Min(m.TrailingSpace, rest.Length);
                rest[..n].CopyTo(m.TrailingSpan);
                m._length = n;
                rest = rest[n..];
            }
        }
        data[..here].CopyTo(last.TrailingSpan);
        last._length += here;
        Packet.Length += data.Length;
        return true;
    }

    /// <summary>Joins another packet to the end of this one.</summary>
    public void Concatenate(Mbuf tail)
    {
        Packet.Length += tail.Packet.Length;
        Last.Next = tail;
    }

    /// <summary>
    /// A new packet that holds bytes <paramref name="offset"/> … of this one, sharing cluster memory and copying only what lies in small mbufs.
    /// Its packet header holds just the length.
    /// </summary>
    /// <returns><c>null</c> if the pool is dry.</returns>
    public Mbuf? CopyRange(int offset, int count)
    {
        Debug.Assert(offset >= 0 && count >= 0 && offset + count <= Packet.Length);
        Mbuf? source = this;
        for (; source is not null && offset >= source._length && count > 0; source = source.Next)
            offset -= source._length;
        return CopyRange(source, offset, count);
    }

    /// <summary>The same, from a position inside a chain that the caller remembers: a send buffer's next unsent byte.</summary>
    public static Mbuf? CopyRange(Mbuf? source, int offset, int count)
    {
        Mbuf? first = null, last = null;
        int total = count;
        for (; source is not null && count > 0; source = source.Next, offset = 0)
        {
            int n = Math.Min(source._length - offset, count);
            if (n == 0)
                continue;
            Mbuf? copy = source.Share(offset, n);
            if (copy is null)
            {
                first?.Free();
                return null;
            }
            count -= n;
            if (last is null)
                first = copy;
            else
                last.Next = copy;
            last = copy;
        }
        Debug.Assert(count == 0);
        if (first is not null)
            first.Packet.Length = total;
        return first;
    }

    /// <summary>Cuts the packet in two; <c>this</c> keeps the first <paramref name="length"/> bytes.</summary>
    /// <returns>The rest, as a packet of its own (its header holds just the length); <c>null</c> if the pool is dry, and then nothing is changed.</returns>
    public Mbuf? Split(int length)
    {
        Debug.Assert(length > 0 && length < Packet.Length);
        int rest = Packet.Length - length;
        Mbuf m = this;
        int before = length;
        while (before > m._length)
        {
            before -= m._length;
            m = m.Next!;
        }
        Mbuf? tail;
        if (before == m._length)
        {
            tail = m.Next!;
        }
        else
        {
            tail = m.Share(before, m._length - before);
            if (tail is null)
                return null;
            tail.Next = m.Next;
            m._length = before;
        }
        m.Next = null;
        Packet.Length = length;
        tail.Packet.Length = rest;
        return tail;
    }

    /// <summary>The last mbuf of the chain.</summary>
    public Mbuf Last
    {
        get
        {
            Mbuf m = this;
            while (m.Next is { } next)
                m = next;
            return m;
        }
    }

    /// <summary>One mbuf over a part of this one's data: the cluster shared, or the bytes copied if it has none.</summary>
    private Mbuf? Share(int offset, int count)
    {
        Mbuf? copy = _pool.Get();
        if (copy is null)
            return null;
        if (_cluster is { } cluster)
        {
            cluster.AddReference();
            copy.Attach(cluster, _offset + offset, count);
        }
        else
        {
            copy._length = count;
            Span.Slice(offset, count).CopyTo(copy.Span);
        }
        return copy;
    }
}
