namespace IoPkt.Stack;

/// <summary>Cuts a datagram that's longer than the path's MTU (RFC 791, section 3.2). The data aren't copied: fragments refer to the datagram's clusters.</summary>
internal static class Ipv4Fragmentation
{
    /// <summary>Options with this bit are in every fragment; others only in the first.</summary>
    private const byte CopiedFlag = 0x80;

    /// <param name="pool">Where headers come from.</param>
    /// <param name="packet">From the IP header on, complete but for the header's checksum. Ownership passes.</param>
    /// <param name="mtu">Bytes of the largest fragment, header included.</param>
    /// <param name="fragments">Gets the fragments.</param>
    /// <returns>Whether there was memory for all; if not, the caller frees what there is.</returns>
    public static bool Split(MbufPool pool, Mbuf packet, int mtu, ref MbufQueue fragments)
    {
        Span<byte> bytes = stackalloc byte[Ipv4Header.MaximumLength];
        int headerLength = new Ipv4Header(packet.Span).HeaderLength;
        packet.Span[..headerLength].CopyTo(bytes);
        Ipv4Header header = new(bytes);
        // A router may have a fragment to fragment further.
        int baseOffset = header.FragmentOffset;
        bool moreAfter = header.MoreFragments;
        int total = packet.Packet.Length - headerLength;
        bool complete = false;
        for (int sent = 0; sent < total || (total == 0 && !complete);)
        {
            int here = Math.Min(total - sent, mtu - headerLength);
            bool last = sent + here == total;
            if (!last)
                here &= ~7;
            if (here <= 0)
                break;
            header.TotalLength = headerLength + here;
            header.Fragment = (ushort)((baseOffset + sent) / 8 | (last && !moreAfter ? 0 : Ipv4Header.MoreFragmentsFlag));
            header.UpdateChecksum();
            if (MakeFragment(pool, packet, bytes[..headerLength], new Ipv4Header(packet.Span).HeaderLength + sent, here) is not { } fragment)
                break;
            fragments.Enqueue(fragment);
            sent += here;
            complete = last;
            if (sent == here && headerLength > Ipv4Header.MinimumLength)
                headerLength = KeepCopiedOptions(bytes, headerLength);
        }
        packet.Free();
        return complete;
    }

    private static Mbuf? MakeFragment(MbufPool pool, Mbuf packet, ReadOnlySpan<byte> header, int offset, int count)
    {
        if (pool.GetHeader() is not { } fragment)
            return null;
        header.CopyTo(fragment.TrailingSpan);
        fragment.Commit(header.Length);
        if (packet.CopyRange(offset, count) is not { } data)
        {
            fragment.Free();
            return null;
        }
        fragment.Concatenate(data);
        fragment.Packet.ReceiveInterface = packet.Packet.ReceiveInterface;
        fragment.Packet.Link = packet.Packet.Link;
        return fragment;
    }

    /// <summary>Rewrites the header for the fragments after the first.</summary>
    /// <returns>The new header's length.</returns>
    private static int KeepCopiedOptions(Span<byte> header, int headerLength)
    {
        int write = Ipv4Header.MinimumLength;
        for (int read = Ipv4Header.MinimumLength; read < headerLength && header[read] != 0;)
        {
            int length = header[read] == 1 ? 1 : read + 1 < headerLength ? header[read + 1] : 0;
            if (length == 0 || read + length > headerLength)
                break;
            if ((header[read] & CopiedFlag) != 0)
            {
                header.Slice(read, length).CopyTo(header[write..]);
                write += length;
            }
            read += length;
        }
        int padded = (write + 3) & ~3;
        header[write..padded].Clear();
        header[0] = (byte)(0x40 | padded / 4);
        return padded;
    }
}
