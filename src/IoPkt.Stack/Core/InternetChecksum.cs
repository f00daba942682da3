using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace IoPkt.Stack;

/// <summary>
/// The Internet checksum (RFC 1071). Partial sums are kept as 64-bit numbers of big-endian 16-bit words and folded at the end.
/// </summary>
public static class InternetChecksum
{
    /// <summary>Adds the words of <paramref name="data"/> to a running sum. An odd byte at the end counts as if a zero followed.</summary>
    public static ulong Sum(ReadOnlySpan<byte> data, ulong sum = 0)
    {
        // RFC 1071, section 2 (B): the sum is the same in either byte order but for a swap at the end, so we add in the machine's order.
        ulong native = 0;
        ref byte start = ref MemoryMarshal.GetReference(data);
        int length = data.Length, i = 0;
        for (; length - i >= 32; i += 32)
        {
            native = Add(native, Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, i)));
            native = Add(native, Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, i + 8)));
            native = Add(native, Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, i + 16)));
            native = Add(native, Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, i + 24)));
        }
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Add(ulong sum, ulong word)
    {
        sum += word;
        return sum + (sum < word ? 1u : 0u);
    }
}
