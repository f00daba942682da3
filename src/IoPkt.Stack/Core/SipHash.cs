using System.Buffers.Binary;
using System.Numerics;

namespace IoPkt.Stack;

/// <summary>
/// SipHash-2-4 (Aumasson and Bernstein): a keyed hash that somebody outside can neither predict nor make collide. Used for port selection,
/// initial sequence numbers, SYN cookies and the connection table.
/// </summary>
public static class SipHash
{
    public static ulong Compute(ulong key0, ulong key1, ReadOnlySpan<byte> data)
    {
        ulong v0 = key0 ^ 0x736f6d6570736575, v1 = key1 ^ 0x646f72616e646f6d, v2 = key0 ^ 0x6c7967656e657261, v3 = key1 ^ 0x7465646279746573;
        ReadOnlySpan<byte> rest = data;
        for (; rest.Length >= 8; rest = rest[8..])
            Compress(BinaryPrimitives.ReadUInt64LittleEndian(rest), ref v0, ref v1, ref v2, ref v3);
        ulong last = (ulong)data.Length << 56;
        for (int i = 0; i < rest.Length; i++)
            last |= (ulong)rest[i] << (8 * i);
        Compress(last, ref v0, ref v1, ref v2, ref v3);
        v2 ^= 0xff;
        for (int i = 0; i < 4; i++)
            Round(ref v0, ref v1, ref v2, ref v3);
        return v0 ^ v1 ^ v2 ^ v3;
    }

    /// <summary>Hash of the parts that name a flow.</summary>
    public static ulong Compute(ulong key0, ulong key1, in InetAddress local, in InetAddress remote, uint ports)
    {
        Span<byte> bytes = stackalloc byte[36];
        int size = local.Size;
        local.Write(bytes);
        remote.Write(bytes[size..]);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[(size + remote.Size)..], ports);
        return Compute(key0, key1, bytes[..(size + remote.Size + 4)]);
    }

    private static void Compress(ulong word, ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v3 ^= word;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        v0 ^= word;
    }

    private static void Round(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v0 += v1;
        v2 += v3;
        v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
        v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
        v0 = BitOperations.RotateLeft(v0, 32);
        v2 += v1;
        v0 += v3;
        v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
        v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
        v2 = BitOperations.RotateLeft(v2, 32);
    }
}
