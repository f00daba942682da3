using System.Buffers.Binary;

namespace IoPkt.Fuzzer.Frames;

/// <summary>RFC 1071, in the plainest form: the stack's own isn't to be checked by itself.</summary>
internal static class Checksums
{
    public static ushort Of(ReadOnlySpan<byte> bytes, uint sum = 0)
    {
        for (; bytes.Length > 1; bytes = bytes[2..])
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes);
        if (bytes.Length > 0)
            sum += (uint)bytes[0] << 8;
        while (sum >> 16 != 0)
            sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)~sum;
    }

    /// <summary>What the pseudo header adds (RFC 9293, section 3.1).</summary>
    /// <param name="packet">An IPv4 header and what comes after it.</param>
    /// <param name="protocol">The transport's number.</param>
    /// <param name="length">Of the transport's header and data.</param>
    public static uint PseudoHeader(ReadOnlySpan<byte> packet, byte protocol, int length)
    {
        uint sum = protocol + (uint)length;
        for (int i = 12; i < 20; i += 2)
            sum += BinaryPrimitives.ReadUInt16BigEndian(packet[i..]);
        return sum;
    }
}
