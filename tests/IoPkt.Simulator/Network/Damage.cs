namespace IoPkt.Simulator;

/// <summary>What a line does to a packet so that a checksum, or a length, must tell: a bit, a byte, or an end that's missing.</summary>
internal static class Damage
{
    /// <returns>The packet's length afterwards.</returns>
    public static int Do(Random random, Span<byte> packet)
    {
        int at = random.Next(packet.Length);
        switch (random.Next(4))
        {
            case 0:
                // A sum notices any one byte, a pair of bytes only unless they make up for each other.
                packet[at] ^= (byte)random.Next(1, 256);
                return packet.Length;
            case 1:
                return Math.Max(1, at);
            default:
                packet[at] ^= (byte)(1 << random.Next(8));
                return packet.Length;
        }
    }
}
