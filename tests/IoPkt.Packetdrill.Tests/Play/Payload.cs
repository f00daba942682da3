namespace IoPkt.Packetdrill.Tests.Play;

/// <summary>What connections carry: each byte says where in its direction it belongs, so that what's lost, doubled or moved shows.</summary>
internal static class Payload
{
    /// <param name="position">Of the first byte, from the beginning of the stream.</param>
    public static byte[] Create(long position, int length)
    {
        byte[] data = new byte[length];
        for (int i = 0; i < length; i++)
            data[i] = At(position + i);
        return data;
    }

    /// <returns>The first place where the data aren't what belongs there; −1: none.</returns>
    public static int FindDifference(long position, ReadOnlySpan<byte> data)
    {
        for (int i = 0; i < data.Length; i++)
        {
            if (data[i] != At(position + i))
                return i;
        }
        return -1;
    }

    private static byte At(long position) => (byte)(7 * position + (position >> 8) + (position >> 16));
}
