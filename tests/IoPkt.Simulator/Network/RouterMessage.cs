using System.Buffers.Binary;

namespace IoPkt.Simulator;

/// <summary>"Fragmentation needed and DF set", with the next hop's MTU: RFC 1191, section 4.</summary>
internal static class RouterMessage
{
    private const int Quoted = 28;

    private const uint Router = 0x0a0000fe;

    public const int Length = 20 + 8 + Quoted;

    /// <summary>Whether a packet, or what a device would cut it into, is longer than that.</summary>
    public static bool IsTooLong(in SimulatedPacket packet, int mtu) =>
        (packet.Marks.Segmentation == SegmentationType.None ? packet.Length : packet.Marks.ChecksumStart + packet.Marks.TransportHeaderLength + packet.Marks.SegmentSize) > mtu;

    public static void Write(Span<byte> message, ReadOnlySpan<byte> packet, int mtu)
    {
        message = message[..Length];
        message.Clear();
        message[0] = 0x45;
        message[8] = 64;
        message[9] = 1;
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], Length);
        BinaryPrimitives.WriteUInt32BigEndian(message[12..], Router);
        packet.Slice(12, 4).CopyTo(message[16..]);
        new Ipv4Header(message).UpdateChecksum();
        Span<byte> icmp = message[20..];
        icmp[0] = 3;
        icmp[1] = 4;
        BinaryPrimitives.WriteUInt16BigEndian(icmp[6..], (ushort)mtu);
        packet[..Math.Min(Quoted, packet.Length)].CopyTo(icmp[8..]);
        BinaryPrimitives.WriteUInt16BigEndian(icmp[2..], InternetChecksum.Finish(InternetChecksum.Sum(icmp)));
    }
}
