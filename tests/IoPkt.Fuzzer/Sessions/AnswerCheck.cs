using System.Buffers.Binary;
using IoPkt.Fuzzer.Frames;

namespace IoPkt.Fuzzer.Sessions;

/// <summary>Whatever the stack has been told, what it says itself is well-formed.</summary>
internal static class AnswerCheck
{
    /// <exception cref="FuzzingException">It isn't.</exception>
    public static void Verify(ReadOnlySpan<byte> frame)
    {
        Demand(frame.Length >= FuzzedLink.EthernetHeader && frame.Slice(6, 6).SequenceEqual(FuzzedLink.StackStation), "a frame with somebody else's station address", frame);
        if (BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) != FuzzedLink.Ipv4)
            return;
        ReadOnlySpan<byte> packet = frame[FuzzedLink.EthernetHeader..];
        Demand(packet.Length >= 20 && packet[0] >> 4 == 4, "a packet that's no IPv4 packet", frame);
        int header = (packet[0] & 15) * 4, length = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        Demand(header >= 20 && header <= length && length <= packet.Length && packet.Length <= 1500, "lengths of an IPv4 header", frame);
        Demand(Checksums.Of(packet[..header]) == 0, "the checksum of an IPv4 header", frame);
        // What it forwards is as its sender made it.
        if (BinaryPrimitives.ReadUInt32BigEndian(packet[12..]) != FuzzedLink.StackAddress || (BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) & 0x3fff) != 0)
            return;
        ReadOnlySpan<byte> transport = packet[header..length];
        switch (packet[9])
        {
            case FuzzedLink.Icmp:
                Demand(transport.Length >= 8 && Checksums.Of(transport) == 0, "an ICMP message", frame);
                break;
            case FuzzedLink.Udp:
                Demand(transport.Length >= 8 && BinaryPrimitives.ReadUInt16BigEndian(transport[4..]) == transport.Length, "the length of a UDP datagram", frame);
                Demand(Checksums.Of(transport, Checksums.PseudoHeader(packet, FuzzedLink.Udp, transport.Length)) == 0, "the checksum of a UDP datagram", frame);
                break;
            case FuzzedLink.Tcp:
                Demand(transport.Length >= 20 && transport[12] >> 4 >= 5 && (transport[12] >> 4) * 4 <= transport.Length, "the length of a TCP header", frame);
                Demand(Checksums.Of(transport, Checksums.PseudoHeader(packet, FuzzedLink.Tcp, transport.Length)) == 0, "the checksum of a TCP segment", frame);
                break;
        }
    }

    private static void Demand(bool holds, string what, ReadOnlySpan<byte> frame)
    {
        if (!holds)
            throw new FuzzingException($"the stack sent something malformed, {what}: {Convert.ToHexStringLower(frame)}");
    }
}

/// <summary>What shouldn't be. The message says what.</summary>
internal sealed class FuzzingException(string message) : Exception(message);
