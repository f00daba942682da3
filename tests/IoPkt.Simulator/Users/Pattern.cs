namespace IoPkt.Simulator;

/// <summary>The bytes of each direction of each connection: they follow from a key and the position, so that anyone can tell a wrong one.</summary>
internal static class Pattern
{
    private const int Period = 65521;

    /// <summary>Twice the period, so that any stretch of up to one period is contiguous.</summary>
    private static readonly byte[] s_bytes = MakeBytes();

    /// <summary>Fills free space of a chain of mbufs.</summary>
    public static void Fill(Mbuf chain, int count, uint key, int position)
    {
        Mbuf first = chain;
        for (Mbuf? m = chain; count > 0; m = m.Next)
        {
            int here = Math.Min(count, m!.TrailingSpace);
            Fill(m.TrailingSpan[..here], key, position);
            m.Commit(here);
            if (m != first)
                first.Packet.Length += here;
            position += here;
            count -= here;
        }
    }

    public static void Fill(Span<byte> bytes, uint key, int position)
    {
        while (!bytes.IsEmpty)
        {
            int here = Math.Min(bytes.Length, Period);
            s_bytes.AsSpan(Offset(key, position), here).CopyTo(bytes);
            bytes = bytes[here..];
            position += here;
        }
    }

    /// <returns>Where the first wrong byte is; -1: there's none.</returns>
    public static int FindDifference(ReadOnlySpan<byte> bytes, uint key, int position)
    {
        for (int done = 0; done < bytes.Length;)
        {
            ReadOnlySpan<byte> here = bytes.Slice(done, Math.Min(bytes.Length - done, Period));
            int same = here.CommonPrefixLength(s_bytes.AsSpan(Offset(key, position + done), here.Length));
            done += same;
            if (same < here.Length)
                return done;
        }
        return -1;
    }

    /// <summary>Different connections begin at different places.</summary>
    private static int Offset(uint key, int position) => (int)((key * 7919UL + (uint)position) % Period);

    private static byte[] MakeBytes()
    {
        byte[] bytes = new byte[2 * Period];
        new Random(Period).NextBytes(bytes.AsSpan(0, Period));
        bytes.AsSpan(0, Period).CopyTo(bytes.AsSpan(Period));
        return bytes;
    }
}
