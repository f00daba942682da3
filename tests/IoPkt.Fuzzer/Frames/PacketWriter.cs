using System.Buffers.Binary;

namespace IoPkt.Fuzzer.Frames;

/// <summary>Well-formed headers around a payload that's in its place already.</summary>
internal static class PacketWriter
{
    public static void Ethernet(Span<byte> frame, ReadOnlySpan<byte> destination, ushort type)
    {
        destination.CopyTo(frame);
        FuzzedLink.PeerStation.CopyTo(frame[6..]);
        BinaryPrimitives.WriteUInt16BigEndian(frame[12..], type);
    }

    /// <param name="packet">The whole packet, its header included.</param>
    /// <param name="headerLength">20 to 60; options are left as they are.</param>
    /// <param name="fragment">The field with the offset and the flags.</param>
    public static void Ipv4(Span<byte> packet, int headerLength, byte protocol, uint source, uint destination, ushort identification, ushort fragment, byte ttl)
    {
        packet[0] = (byte)(0x40 | headerLength / 4);
        packet[1] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)packet.Length);
        BinaryPrimitives.WriteUInt16BigEndian(packet[4..], identification);
        BinaryPrimitives.WriteUInt16BigEndian(packet[6..], fragment);
        packet[8] = ttl;
        packet[9] = protocol;
        BinaryPrimitives.WriteUInt16BigEndian(packet[10..], 0);
        BinaryPrimitives.WriteUInt32BigEndian(packet[12..], source);
        BinaryPrimitives.WriteUInt32BigEndian(packet[16..], destination);
        Complete(packet);
    }

    /// <summary>Makes the checksums right, as far as the packet's own fields tell where they are.</summary>
    public static void Complete(Span<byte> packet)
    {
        int headerLength = packet.Length > 0 ? (packet[0] & 15) * 4 : 0;
        if (headerLength < 20 || headerLength > packet.Length)
            return;
        packet[10] = packet[11] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(packet[10..], Checksums.Of(packet[..headerLength]));
        // A fragment's transport checksum is over the whole.
        if ((BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) & 0x3fff) != 0)
            return;
        Span<byte> transport = packet[headerLength..];
        (int at, bool hasPseudoHeader) = packet[9] switch { FuzzedLink.Icmp or FuzzedLink.Igmp => (2, false), FuzzedLink.Tcp => (16, true), FuzzedLink.Udp => (6, true), _ => (-1, false) };
        if (at < 0 || transport.Length < at + 2)
            return;
        transport[at] = transport[at + 1] = 0;
        uint pseudo = hasPseudoHeader ? Checksums.PseudoHeader(packet, packet[9], transport.Length) : 0;
        BinaryPrimitives.WriteUInt16BigEndian(transport[at..], Checksums.Of(transport, pseudo));
    }
}
