using System.Buffers.Binary;

namespace IoPkt.Packetdrill.Host;

/// <summary>Puts the options of a SYN into FreeBSD's order: MSS, window scale, SACK permitted, timestamps, and end-of-list where something is left over.</summary>
internal static class SynOptionOrder
{
    private const int ChecksumOffset = 16, FlagsOffset = 13, HeaderSize = 20;
    private const byte Tcp = 6, Syn = 2, NoOperation = 1, MaximumSegment = 2, WindowScale = 3, SackPermitted = 4, Timestamps = 8;

    private static readonly byte[] Order = [MaximumSegment, WindowScale, SackPermitted, Timestamps];

    /// <param name="packet">A whole IPv4 packet of the host's.</param>
    /// <returns>The same, or, if it's a SYN, one with its options in the other order and its checksum right.</returns>
    public static byte[] LikeFreeBsd(byte[] packet)
    {
        int start = (packet[0] & 0xf) * 4;
        if (packet[9] != Tcp || (packet[start + FlagsOffset] & Syn) == 0)
            return packet;
        int length = (packet[start + 12] >> 4) * 4 - HeaderSize;
        Span<byte> options = packet.AsSpan(start + HeaderSize, length);
        List<byte> ordered = [];
        foreach (byte kind in Order)
        {
            int at = Find(options, kind);
            if (at < 0)
                continue;
            if (kind == WindowScale)
                ordered.Add(NoOperation);
            else if (kind == Timestamps && Find(options, SackPermitted) < 0)
                ordered.AddRange([NoOperation, NoOperation]);
            ordered.AddRange(options.Slice(at, options[at + 1]));
        }
        if (ordered.Count > length)
            return packet;
        ushort before = Sum(options);
        options.Clear();
        ordered.CopyTo(options);
        // RFC 1624: HC' = ~(~HC + ~m + m').
        Span<byte> checksum = packet.AsSpan(start + ChecksumOffset, sizeof(ushort));
        uint sum = (uint)(ushort)~BinaryPrimitives.ReadUInt16BigEndian(checksum) + (ushort)~before + Sum(options);
        while (sum >> 16 != 0)
            sum = (sum & 0xffff) + (sum >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(checksum, (ushort)~sum);
        return packet;
    }

    private static int Find(ReadOnlySpan<byte> options, byte kind)
    {
        for (int i = 0; i < options.Length && options[i] != 0; i += options[i] == NoOperation ? 1 : options[i + 1])
        {
            if (options[i] == kind)
                return i;
        }
        return -1;
    }

    private static ushort Sum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (int i = 0; i < bytes.Length; i += sizeof(ushort))
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes[i..]);
        while (sum >> 16 != 0)
            sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)sum;
    }
}
