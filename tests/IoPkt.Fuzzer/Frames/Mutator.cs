using System.Buffers.Binary;

namespace IoPkt.Fuzzer.Frames;

/// <summary>Spoils frames, or other messages: bits, bytes, numbers with famous values, lengths, parts of an earlier frame. Often the checksums are made right again, or nothing behind them would be reached.</summary>
/// <param name="random">Of all choices.</param>
/// <param name="hasChecksums">They're frames.</param>
internal sealed class Mutator(Random random, bool hasChecksums = true)
{
    private static readonly ushort[] s_numbers = [0, 1, 7, 8, 19, 20, 21, 40, 59, 60, 127, 128, 255, 256, 1480, 1500, 0x7fff, 0x8000, 0xfffe, 0xffff];

    private readonly byte[] _earlier = new byte[FuzzedLink.MaximumFrame];
    private int _earlierLength;

    /// <returns>The new length.</returns>
    public int Mutate(Span<byte> buffer, int length)
    {
        for (int changes = random.Next(1, 4); changes > 0 && length > 0; changes--)
            length = Change(buffer, length);
        if (hasChecksums && random.Next(4) != 0 && length > FuzzedLink.EthernetHeader + 20)
            PacketWriter.Complete(buffer[FuzzedLink.EthernetHeader..length]);
        return length;
    }

    public void Remember(ReadOnlySpan<byte> frame)
    {
        if (random.Next(8) != 0)
            return;
        frame.CopyTo(_earlier);
        _earlierLength = frame.Length;
    }

    private int Change(Span<byte> buffer, int length)
    {
        // The station stays ours mostly, and what identifies the packet is near its beginning.
        int at = random.Next(random.Next(8) == 0 ? 0 : Math.Min(12, length - 1), random.Next(2) == 0 ? length : Math.Min(length, 80));
        switch (random.Next(8))
        {
            case 0:
                buffer[at] = (byte)random.Next(256);
                return length;
            case 1 when at + 1 < length:
                BinaryPrimitives.WriteUInt16BigEndian(buffer[at..], s_numbers[random.Next(s_numbers.Length)]);
                return length;
            case 2:
                return random.Next(length + 1); // cut
            case 3:
                int grown = Math.Min(FuzzedLink.MaximumFrame, length + random.Next(64));
                random.NextBytes(buffer[length..grown]);
                return grown;
            case 4 when _earlierLength > 0:
                int from = random.Next(_earlierLength), count = Math.Min(_earlierLength - from, FuzzedLink.MaximumFrame - at);
                _earlier.AsSpan(from, count).CopyTo(buffer[at..]);
                return Math.Max(length, at + count);
            case 5 when length > at + 4:
                int gone = random.Next(1, Math.Min(length - at, 40));
                buffer[(at + gone)..length].CopyTo(buffer[at..]);
                return length - gone;
            default:
                buffer[at] ^= (byte)(1 << random.Next(8));
                return length;
        }
    }
}
