using System.Buffers.Binary;
using System.Net;

namespace IoPkt.Peer;

/// <summary>
/// Frames that a careful stack survives: plain noise, and well-formed ARP, IPv4, ICMP, UDP and TCP frames with some bytes, lengths or checksums changed.
/// They come from addresses that nobody has, so that answers go nowhere.
/// </summary>
internal sealed class HostileFrames(Random random, IPAddress destination)
{
    private static readonly byte[] s_broadcast = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff];

    /// <summary>Makes the next frame.</summary>
    /// <returns>Its length.</returns>
    public int Next(Span<byte> frame, ReadOnlySpan<byte> stationAddress)
    {
        int length = random.Next(14, 1514);
        Span<byte> whole = frame[..length];
        random.NextBytes(whole);
        (random.Next(4) == 0 ? s_broadcast : stationAddress).CopyTo(whole);
        switch (random.Next(6))
        {
            case 0:
                break; // noise
            case 1:
                Arp(whole);
                break;
            default:
                Ipv4(whole);
                break;
        }
        for (int changes = random.Next(4); changes > 0; changes--)
            whole[random.Next(12, length)] ^= (byte)(1 << random.Next(8));
        return length;
    }

    private void Arp(Span<byte> frame)
    {
        BinaryPrimitives.WriteUInt16BigEndian(frame[12..], 0x0806);
        ReadOnlySpan<byte> fixedPart = [0, 1, 8, 0, 6, 4, 0, (byte)random.Next(4)];
        fixedPart[..Math.Min(fixedPart.Length, frame.Length - 14)].CopyTo(frame[14..]);
    }

    private void Ipv4(Span<byte> frame)
    {
        BinaryPrimitives.WriteUInt16BigEndian(frame[12..], 0x0800);
        Span<byte> packet = frame[14..];
        if (packet.Length < 20)
            return;
        int headerLength = random.Next(3) == 0 ? 20 + 4 * random.Next(11) : 20;
        packet[0] = (byte)(0x40 | headerLength / 4);
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], random.Next(8) == 0 ? (ushort)random.Next(65536) : (ushort)packet.Length);
        if (random.Next(4) != 0)
            BinaryPrimitives.WriteUInt16BigEndian(packet[6..], 0); // else whatever fragment the noise says
        packet[9] = random.Next(5) switch { 0 => 1, 1 => 17, 2 => (byte)random.Next(256), _ => 6 };
        packet[12] = 10; // from 10.x.x.x, mostly nobody's
        destination.GetAddressBytes().CopyTo(packet[16..]);
        packet[10] = packet[11] = 0;
        if (headerLength <= packet.Length && random.Next(16) != 0)
            BinaryPrimitives.WriteUInt16BigEndian(packet[10..], Checksum(packet[..headerLength]));
        if (packet[9] == 6 && packet.Length >= headerLength + 20)
        {
            Span<byte> segment = packet[headerLength..];
            BinaryPrimitives.WriteUInt16BigEndian(segment[2..], (ushort)random.Next(1, 100));
            segment[12] = (byte)(random.Next(4, 16) << 4);
        }
        if (packet.Length >= headerLength + 20 && random.Next(4) != 0)
            CompleteTransport(packet, headerLength);
    }

    /// <summary>Fills in the checksum that the transport protocol looks at, so that the frame gets further than that.</summary>
    private static void CompleteTransport(Span<byte> packet, int headerLength)
    {
        Span<byte> transport = packet[headerLength..];
        (int field, bool pseudoHeader) = packet[9] switch { 1 => (2, false), 6 => (16, true), 17 => (6, true), _ => (-1, false) };
        if (field < 0)
            return;
        transport[field] = transport[field + 1] = 0;
        uint sum = pseudoHeader ? Sum(packet.Slice(12, 8)) + packet[9] + (uint)transport.Length : 0;
        BinaryPrimitives.WriteUInt16BigEndian(transport[field..], Fold(sum + Sum(transport)));
    }

    private static ushort Checksum(ReadOnlySpan<byte> header) => Fold(Sum(header));

    private static uint Sum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (int i = 0; i < bytes.Length; i++)
            sum += i % 2 == 0 ? (uint)bytes[i] << 8 : bytes[i];
        return sum;
    }

    private static ushort Fold(uint sum)
    {
        while (sum >> 16 != 0)
            sum = (sum >> 16) + (ushort)sum;
        return (ushort)~sum;
    }
}
