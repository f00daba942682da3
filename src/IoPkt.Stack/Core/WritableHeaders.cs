namespace IoPkt.Stack;

/// <summary>Headers that may be written to, though the packet's memory is shared with a raw socket's copy or a send buffer.</summary>
internal static class WritableHeaders
{
    /// <summary>
    /// Makes the first <paramref name="count"/> bytes contiguous and our own, copying them if others refer to the memory.
    /// </summary>
    /// <returns>The packet's first mbuf; <c>null</c>, and the packet freed, when it's shorter than that or the pool is dry.</returns>
    public static Mbuf? Ensure(MbufPool pool, Mbuf packet, int count)
    {
        if (packet.Length >= count && packet.IsWritable)
            return packet;
        if (count > packet.Packet.Length || count > Mbuf.InternalSize || pool.Get() is not { } header)
        {
            packet.Free();
            return null;
        }
        header.Reserve(Math.Min(Mbuf.HeaderRoom, Mbuf.InternalSize - count));
        header.Commit(count);
        packet.CopyTo(0, header.Span);
        header.Packet = packet.Packet;
        packet.TrimFront(count);
        header.Next = packet;
        return header;
    }
}
