using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace IoPkt.Stack;

/// <summary>
/// The Internet checksum (RFC 1071). Partial sums are kept as 64-bit numbers of big-endian 16-bit words and folded at the end.
/// </summary>
public static class InternetChecksum
{
    /// <summary>Bytes below which adding the vectors' lanes up costs more than they save: headers.</summary>
    private const int VectorThreshold = 128;

    private static int VectorStride => 2 * Vector<byte>.Count;
    /// <summary>Adds the words of <paramref name="data"/> to a running sum. An odd byte at the end counts as if a zero followed.</summary>
    public static ulong Sum(ReadOnlySpan<byte> data, ulong sum = 0)
    {
        // RFC 1071, section 2 (B): the sum is the same in either byte order but for a swap at the end, so we add in the machine's order.
        ref byte start = ref MemoryMarshal.GetReference(data);
        int length = data.Length;
        int i = length >= VectorThreshold ? length - length % VectorStride : 0;
        ulong native = i > 0 ? SumVectors(ref start, i) : 0;
        for (; length - i >= 8; i += 8)
            native = Add(native, Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, i)));
        for (; length - i >= 4; i += 4)
            native = Add(native, Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref start, i)));
        if (length - i >= 2)
        {
            native = Add(native, Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref start, i)));
            i += 2;
        }
        ushort folded = FoldTo16(native);
        if (BitConverter.IsLittleEndian)
            folded = BinaryPrimitives.ReverseEndianness(folded);
        sum += folded;
        if (i < length)
            sum += (uint)Unsafe.Add(ref start, i) << 8;
        return sum;
    }

    /// <summary>Adds <paramref name="count"/> bytes of a packet, wherever its mbufs are cut.</summary>
    public static ulong Sum(Mbuf packet, int offset, int count, ulong sum = 0)
    {
        Mbuf? m = packet;
        for (; m is not null && offset >= m.Length; m = m.Next)
            offset -= m.Length;
        bool odd = false;
        for (; m is not null && count > 0; m = m.Next, offset = 0)
        {
            ReadOnlySpan<byte> piece = m.Span[offset..];
            if (piece.Length > count)
                piece = piece[..count];
            ushort part = FoldTo16(Sum(piece));
            // A piece that begins at an odd offset contributes its sum with the bytes exchanged.
            sum += odd ? BinaryPrimitives.ReverseEndianness(part) : part;
            odd ^= (piece.Length & 1) != 0;
            count -= piece.Length;
        }
        return sum;
    }

    /// <summary>The pseudo-header of RFC 9293, section 3.1 (IPv4) and RFC 8200, section 8.1 (IPv6).</summary>
    public static ulong PseudoHeader(in InetAddress source, in InetAddress destination, byte protocol, int length)
    {
        Span<byte> bytes = stackalloc byte[32];
        int size = source.Size;
        source.Write(bytes);
        destination.Write(bytes[size..]);
        return Sum(bytes[..(2 * size)]) + protocol + (ulong)(length >> 16) + (ushort)length;
    }

    /// <summary>Folds a sum to 16 bits without complementing it: what a field holds while its checksum is left to a device.</summary>
    public static ushort FoldTo16(ulong sum)
    {
        sum = (sum >> 32) + (uint)sum;
        sum = (sum >> 16) + (ushort)sum;
        sum = (sum >> 16) + (ushort)sum;
        return (ushort)((sum >> 16) + (ushort)sum);
    }

    /// <summary>The checksum itself: the complement of the folded sum.</summary>
    public static ushort Finish(ulong sum) => (ushort)~FoldTo16(sum);

    /// <summary>The same words, 32 bits at a time in lanes of 64, which can't overflow before 2^32 of them; in the machine's order.</summary>
    /// <param name="start">The data.</param>
    /// <param name="length">Bytes; a multiple of <see cref="VectorStride"/>.</param>
    private static ulong SumVectors(ref byte start, int length)
    {
        Vector<ulong> low = new(uint.MaxValue);
        Vector<ulong> evenLow = default, evenHigh = default, oddLow = default, oddHigh = default;
        for (int i = 0; i < length; i += VectorStride)
        {
            Vector<ulong> even = Unsafe.ReadUnaligned<Vector<ulong>>(ref Unsafe.Add(ref start, i));
            Vector<ulong> odd = Unsafe.ReadUnaligned<Vector<ulong>>(ref Unsafe.Add(ref start, i + Vector<byte>.Count));
            evenLow += even & low;
            evenHigh += even >>> 32;
            oddLow += odd & low;
            oddHigh += odd >>> 32;
        }
        return Vector.Sum(evenLow + evenHigh + oddLow + oddHigh);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Add(ulong sum, ulong word)
    {
        sum += word;
        return sum + (sum < word ? 1u : 0u);
    }
}
