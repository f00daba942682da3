using System.Buffers.Binary;

namespace IoPkt.Stack.Tests.Tcp.Harness;

/// <summary>TCP options as bytes, made by the test itself.</summary>
internal static class SegmentOptions
{
    /// <summary>What a usual SYN has: MSS, SACK permitted, timestamps and window scale.</summary>
    public static byte[] Usual(ushort mss = 1460, byte scale = 7, uint timestamp = 1000, uint echo = 0) =>
        Join(MaximumSegment(mss), SackPermitted, Timestamps(timestamp, echo), WindowScale(scale));

    public static byte[] SackPermitted => [4, 2];

    public static byte[] MaximumSegment(ushort value) => [2, 4, (byte)(value >> 8), (byte)value];

    public static byte[] WindowScale(byte shift) => [3, 3, shift];

    public static byte[] Timestamps(uint value, uint echo)
    {
        byte[] option = [8, 10, 0, 0, 0, 0, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32BigEndian(option.AsSpan(2), value);
        BinaryPrimitives.WriteUInt32BigEndian(option.AsSpan(6), echo);
        return option;
    }

    /// <summary>One block.</summary>
    public static byte[] Sack(uint start, uint end)
    {
        byte[] option = [5, 10, 0, 0, 0, 0, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32BigEndian(option.AsSpan(2), start);
        BinaryPrimitives.WriteUInt32BigEndian(option.AsSpan(6), end);
        return option;
    }

    /// <param name="cookie">Empty: a request.</param>
    public static byte[] FastOpen(params byte[] cookie) => [34, (byte)(2 + cookie.Length), .. cookie];

    /// <summary>Options in a row, padded to a multiple of four with NOPs.</summary>
    public static byte[] Join(params byte[][] options)
    {
        List<byte> all = [.. options.SelectMany(static o => o)];
        while (all.Count % 4 != 0)
            all.Add(1);
        return [.. all];
    }
}
