using System.Buffers.Binary;
using IoPkt.Packetdrill.Tests.Language;
using IoPkt.Stack;

namespace IoPkt.Packetdrill.Tests.Play;

/// <summary>Makes the packets that a script lets the host receive. Headers are put together here, byte by byte, so that the stack isn't its own judge.</summary>
internal sealed class PacketBuilder(InetAddress local, InetAddress remote)
{
    private const int IpHeader = 20;
    private const byte Icmp = 1, Tcp = 6, Udp = 17;

    /// <param name="segment">With the connection's real numbers.</param>
    public byte[] Build(WireSegment segment)
    {
        byte[] options = WriteOptions(segment.Options);
        byte[] tcp = [.. new byte[20], .. options, .. segment.Data];
        BinaryPrimitives.WriteUInt16BigEndian(tcp, segment.RemotePort);
        BinaryPrimitives.WriteUInt16BigEndian(tcp.AsSpan(2), segment.LocalPort);
        BinaryPrimitives.WriteUInt32BigEndian(tcp.AsSpan(4), segment.Sequence);
        BinaryPrimitives.WriteUInt32BigEndian(tcp.AsSpan(8), segment.Acknowledgment);
        tcp[12] = (byte)((20 + options.Length) / 4 << 4);
        tcp[13] = (byte)segment.Flags;
        BinaryPrimitives.WriteUInt16BigEndian(tcp.AsSpan(14), (ushort)segment.Window);
        BinaryPrimitives.WriteUInt16BigEndian(tcp.AsSpan(18), (ushort)segment.Urgent);
        BinaryPrimitives.WriteUInt16BigEndian(tcp.AsSpan(16), Checksum([.. PseudoHeader(remote, local, Tcp, tcp.Length), .. tcp]));
        return Wrap(remote, local, Tcp, segment.Ecn, tcp);
    }

    public byte[] Build(ScriptDatagram datagram, ushort localPort, ushort remotePort)
    {
        byte[] udp = new byte[8 + datagram.Length];
        BinaryPrimitives.WriteUInt16BigEndian(udp, remotePort);
        BinaryPrimitives.WriteUInt16BigEndian(udp.AsSpan(2), localPort);
        BinaryPrimitives.WriteUInt16BigEndian(udp.AsSpan(4), (ushort)udp.Length);
        BinaryPrimitives.WriteUInt16BigEndian(udp.AsSpan(6), Checksum([.. PseudoHeader(remote, local, Udp, udp.Length), .. udp]));
        return Wrap(remote, local, Udp, datagram.Ecn ?? 0, udp);
    }

    /// <summary>An ICMP error, which quotes the IP header and 8 bytes of the segment (RFC 792).</summary>
    public byte[] Build(ScriptIcmp icmp, uint sequence, ushort localPort, ushort remotePort)
    {
        byte[] segment = new byte[20 + icmp.Length];
        BinaryPrimitives.WriteUInt16BigEndian(segment, localPort);
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(2), remotePort);
        BinaryPrimitives.WriteUInt32BigEndian(segment.AsSpan(4), sequence);
        byte[] message = [icmp.Type, icmp.Code, 0, 0, 0, 0, 0, 0, .. Wrap(local, remote, Tcp, 0, segment).AsSpan(0, IpHeader + 8)];
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(6), icmp.Mtu);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), Checksum(message));
        return Wrap(remote, local, Icmp, icmp.Ecn ?? 0, message);
    }

    private static byte[] Wrap(in InetAddress source, in InetAddress destination, byte protocol, int ecn, byte[] payload)
    {
        byte[] packet = [.. new byte[IpHeader], .. payload];
        packet[0] = 0x45;
        packet[1] = (byte)ecn;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
        packet[8] = 64;
        packet[9] = protocol;
        source.Write(packet.AsSpan(12, 4));
        destination.Write(packet.AsSpan(16, 4));
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), Checksum(packet.AsSpan(0, IpHeader)));
        return packet;
    }

    private static byte[] PseudoHeader(in InetAddress source, in InetAddress destination, byte protocol, int length)
    {
        byte[] header = new byte[12];
        source.Write(header.AsSpan(0, 4));
        destination.Write(header.AsSpan(4, 4));
        header[9] = protocol;
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(10), (ushort)length);
        return header;
    }

    private static ushort Checksum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (int i = 0; i < bytes.Length; i += 2)
            sum += (uint)(bytes[i] << 8 | (i + 1 < bytes.Length ? bytes[i + 1] : 0));
        while (sum >> 16 != 0)
            sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)~sum;
    }

    private static byte[] WriteOptions(IReadOnlyList<ScriptOption> options)
    {
        List<byte> bytes = [];
        foreach (ScriptOption option in options)
        {
            bytes.Add(option.Kind);
            if (option.Kind is ScriptOption.End or ScriptOption.NoOperation)
                continue;
            byte[] value = option.Kind switch
            {
                ScriptOption.MaximumSegment => [(byte)(option.Numbers[0] >> 8), (byte)option.Numbers[0]],
                ScriptOption.WindowScale => [(byte)option.Numbers[0]],
                _ when option.Numbers.Length > 0 => [.. option.Numbers.SelectMany(n => new[] { (byte)(n >> 24), (byte)(n >> 16), (byte)(n >> 8), (byte)n })],
                _ => option.Bytes,
            };
            bytes.Add((byte)(2 + value.Length));
            bytes.AddRange(value);
        }
        // packetdrill pads with end-of-list, too.
        while (bytes.Count % 4 != 0)
            bytes.Add(ScriptOption.End);
        return [.. bytes];
    }
}
