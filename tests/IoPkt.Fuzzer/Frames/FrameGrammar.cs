using System.Buffers.Binary;
using IoPkt.Fuzzer.Sessions;

namespace IoPkt.Fuzzer.Frames;

/// <summary>Makes frames as the protocols have them, with values that are allowed, odd, or at a limit. What isn't allowed at all is the <see cref="Mutator"/>'s.</summary>
internal sealed class FrameGrammar(Random random, Conversations conversations)
{
    private static readonly byte[] s_broadcast = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
    private static readonly byte[] s_group = [0x01, 0x00, 0x5e, 0x00, 0x00, 0x01];

    private readonly TcpSegments _segments = new(random);

    /// <returns>The frame's length.</returns>
    public int Next(Span<byte> buffer, Target target) => target switch
    {
        Target.Ethernet => Ethernet(buffer),
        Target.Arp => Arp(buffer),
        Target.Ip => Ip(buffer),
        Target.Icmp => Icmp(buffer),
        Target.Igmp => Igmp(buffer),
        Target.Udp => Udp(buffer),
        Target.Tcp => Tcp(buffer),
        // TCP has the most states to meet.
        _ => Next(buffer, random.Next(13) switch { 0 => Target.Ethernet, 1 => Target.Arp, 2 or 3 => Target.Ip, 4 => Target.Icmp, 5 => Target.Udp, 6 => Target.Igmp, _ => Target.Tcp }),
    };

    private int Ethernet(Span<byte> frame)
    {
        int length = random.Next(FuzzedLink.MaximumFrame + 1);
        random.NextBytes(frame[..length]);
        if (length >= FuzzedLink.EthernetHeader)
            PacketWriter.Ethernet(frame, Station(), (ushort)(random.Next(6) switch { 0 => 0x8100, 1 => random.Next(1501), 2 => 0x86dd, 3 => FuzzedLink.Ipv4, 4 => FuzzedLink.Arp, _ => random.Next(65536) }));
        return length;
    }

    private int Arp(Span<byte> frame)
    {
        PacketWriter.Ethernet(frame, Station(), FuzzedLink.Arp);
        Span<byte> packet = frame.Slice(FuzzedLink.EthernetHeader, 28);
        ReadOnlySpan<byte> fixedPart = [0, 1, 8, 0, 6, 4, 0, (byte)random.Next(random.Next(4) == 0 ? 256 : 3)];
        fixedPart.CopyTo(packet);
        (random.Next(3) == 0 ? FuzzedLink.StackStation : FuzzedLink.PeerStation).CopyTo(packet[8..]);
        BinaryPrimitives.WriteUInt32BigEndian(packet[14..], ArpAddress());
        random.NextBytes(packet[18..24]);
        BinaryPrimitives.WriteUInt32BigEndian(packet[24..], random.Next(2) == 0 ? FuzzedLink.StackAddress : ArpAddress());
        return FuzzedLink.EthernetHeader + 28 + random.Next(2) * random.Next(100);
    }

    private uint ArpAddress() => random.Next(5) switch { 0 => 0, 1 => FuzzedLink.StackAddress, 2 => uint.MaxValue, 3 => FuzzedLink.PeerAddress, _ => 0x0a000000u + (uint)random.Next(256) };

    /// <summary>Any protocol, options, fragments that fit, overlap or leave holes.</summary>
    private int Ip(Span<byte> frame)
    {
        int headerLength = random.Next(3) == 0 ? 20 + 4 * random.Next(11) : 20;
        int length = headerLength + random.Next(random.Next(4) == 0 ? 1440 : 100);
        Span<byte> packet = frame.Slice(FuzzedLink.EthernetHeader, length);
        random.NextBytes(packet[20..]);
        for (int at = 20; at < headerLength; at += random.Next(1, 8))
            packet[at] = (byte)(random.Next(8) switch { 0 => 0, 1 => 1, 2 => 7, 3 => 68, 4 => 131, 5 => 137, 6 => 148, _ => random.Next(256) });
        int fragment = random.Next(2) == 0 ? 0 : random.Next(6) switch
        {
            0 => 0x2000, // the first
            1 => 0x4000, // must not be one
            2 => random.Next(0x2000), // the last
            3 => 0x1fff - random.Next(4), // beyond the end
            _ => 0x2000 | random.Next(0, 32),
        };
        byte protocol = (byte)(random.Next(6) switch { 0 => FuzzedLink.Icmp, 1 => FuzzedLink.Tcp, 2 => FuzzedLink.Udp, 3 => 2, 4 => 255, _ => random.Next(256) });
        PacketWriter.Ethernet(frame, Station(), FuzzedLink.Ipv4);
        PacketWriter.Ipv4(packet, headerLength, protocol, Source(), Destination(), (ushort)random.Next(4), (ushort)fragment, (byte)random.Next(256));
        return FuzzedLink.EthernetHeader + length;
    }

    /// <summary>Requests, and errors that quote what the stack may have sent.</summary>
    private int Icmp(Span<byte> frame)
    {
        Span<byte> message = frame[(FuzzedLink.EthernetHeader + 20)..];
        int length = 8 + random.Next(100);
        random.NextBytes(message[..length]);
        message[0] = (byte)(random.Next(8) switch { 0 => 0, 1 => 8, 2 => 5, 3 => 11, 4 => 12, 5 => random.Next(256), _ => 3 });
        message[1] = (byte)(random.Next(4) == 0 ? random.Next(256) : random.Next(16));
        BinaryPrimitives.WriteUInt16BigEndian(message[6..], (ushort)(random.Next(3) switch { 0 => random.Next(65536), 1 => random.Next(100), _ => random.Next(500, 1501) }));
        if (message[0] is 3 or 5 or 11 or 12 && random.Next(8) != 0)
        {
            if (message[0] == 5)
                BinaryPrimitives.WriteUInt32BigEndian(message[4..], 0x0a000000u + (uint)random.Next(256));
            Conversation about = conversations.Any(random);
            Span<byte> quoted = message[8..];
            BinaryPrimitives.WriteUInt16BigEndian(quoted[20..], about.LocalPort);
            BinaryPrimitives.WriteUInt16BigEndian(quoted[22..], about.RemotePort);
            BinaryPrimitives.WriteUInt32BigEndian(quoted[24..], about.SendNext - (uint)random.Next(3000));
            random.NextBytes(quoted[28..48]);
            quoted[32] = 0x50;
            PacketWriter.Ipv4(quoted[..40], 20, random.Next(4) == 0 ? FuzzedLink.Udp : FuzzedLink.Tcp, FuzzedLink.StackAddress, FuzzedLink.PeerAddress, 1, 0x4000, 3);
            length = 8 + 28 + random.Next(13);
        }
        return Packet(frame, FuzzedLink.Icmp, length, Destination());
    }

    /// <summary>Queries of all versions, reports, and what isn't either; about groups of which the host belongs to one.</summary>
    private int Igmp(Span<byte> frame)
    {
        Span<byte> message = frame[(FuzzedLink.EthernetHeader + 20)..];
        int sources = random.Next(random.Next(4) == 0 ? 300 : 4), length = random.Next(3) == 0 ? 8 : Math.Min(12 + 4 * sources, 1400);
        random.NextBytes(message[..length]);
        message[0] = (byte)(random.Next(8) switch { 0 => 0x12, 1 => 0x16, 2 => 0x17, 3 => 0x22, 4 => random.Next(256), _ => 0x11 });
        BinaryPrimitives.WriteUInt32BigEndian(message[4..], random.Next(4) switch { 0 => 0, 1 => (uint)random.NextInt64(1L << 32), _ => FuzzedHost.Group });
        if (length >= 12 && random.Next(4) != 0)
            BinaryPrimitives.WriteUInt16BigEndian(message[10..], (ushort)sources);
        return Packet(frame, FuzzedLink.Igmp, length, random.Next(3) switch { 0 => Destination(), 1 => FuzzedHost.Group, _ => 0xe0000001 }, (byte)(random.Next(8) == 0 ? 64 : 1));
    }

    private int Udp(Span<byte> frame)
    {
        Span<byte> datagram = frame[(FuzzedLink.EthernetHeader + 20)..];
        int length = 8 + random.Next(random.Next(3) == 0 ? 1400 : 50);
        random.NextBytes(datagram[..length]);
        BinaryPrimitives.WriteUInt16BigEndian(datagram[2..], (ushort)(random.Next(3) == 0 ? random.Next(65536) : FuzzedHost.DatagramPort));
        BinaryPrimitives.WriteUInt16BigEndian(datagram[4..], (ushort)(random.Next(5) == 0 ? random.Next(65536) : length));
        int total = Packet(frame, FuzzedLink.Udp, length, Destination());
        // "An all zero transmitted checksum value means that the transmitter generated no checksum" (RFC 768): then lengths are all that tells.
        if (random.Next(4) == 0)
            datagram[6] = datagram[7] = 0;
        return total;
    }

    private int Tcp(Span<byte> frame)
    {
        int length = _segments.Next(frame[(FuzzedLink.EthernetHeader + 20)..], conversations.Any(random));
        return Packet(frame, FuzzedLink.Tcp, length, FuzzedLink.StackAddress);
    }

    /// <summary>Headers around a transport's message.</summary>
    private int Packet(Span<byte> frame, byte protocol, int length, uint destination, byte ttl = 64)
    {
        PacketWriter.Ethernet(frame, FuzzedLink.StackStation, FuzzedLink.Ipv4);
        PacketWriter.Ipv4(frame.Slice(FuzzedLink.EthernetHeader, 20 + length), 20, protocol, FuzzedLink.PeerAddress, destination, (ushort)random.Next(65536), 0, ttl);
        return FuzzedLink.EthernetHeader + 20 + length;
    }

    private ReadOnlySpan<byte> Station() => random.Next(6) switch { 0 => s_broadcast, 1 => s_group, _ => FuzzedLink.StackStation };

    private uint Source() => random.Next(6) switch { 0 => 0, 1 => uint.MaxValue, 2 => 0xe0000001, 3 => FuzzedLink.StackAddress, _ => FuzzedLink.PeerAddress };

    private uint Destination() => random.Next(8) switch { 0 => 0x0a0000ff, 1 => uint.MaxValue, 2 => 0xe0000001, 3 => 0x7f000001, 4 => 0x0a090909, _ => FuzzedLink.StackAddress };
}
