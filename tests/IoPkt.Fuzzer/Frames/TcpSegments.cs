using System.Buffers.Binary;
using IoPkt.Fuzzer.Sessions;

namespace IoPkt.Fuzzer.Frames;

/// <summary>Segments in and near the window of a conversation, so that they get as far as its state lets them.</summary>
internal sealed class TcpSegments(Random random)
{
    private const int Fin = 1, Syn = 2, Rst = 4, Psh = 8, Ack = 16, Urg = 32;

    private static readonly int[] s_flags = [Ack, Ack, Ack | Psh, Ack | Psh, Syn, Syn | Ack, Fin | Ack, Fin | Ack, Rst, Rst | Ack, Ack | Urg, Syn | Fin, Fin, 0, Ack | 0x40, Ack | 0x80];

    /// <returns>The length of header and data.</returns>
    public int Next(Span<byte> segment, Conversation conversation)
    {
        int flags = random.Next(16) == 0 ? random.Next(512) : s_flags[random.Next(s_flags.Length)];
        int options = random.Next(3) == 0 ? Options(segment[20..60], conversation) : conversation.UsesTimestamps ? Timestamps(segment[20..], conversation) : 0;
        int data = random.Next(4) switch { 0 => random.Next(1400), 1 => random.Next(4), 2 => 0, _ => random.Next(100) };
        BinaryPrimitives.WriteUInt16BigEndian(segment, conversation.RemotePort);
        BinaryPrimitives.WriteUInt16BigEndian(segment[2..], conversation.LocalPort);
        BinaryPrimitives.WriteUInt32BigEndian(segment[4..], conversation.ReceiveNext + Offset());
        BinaryPrimitives.WriteUInt32BigEndian(segment[8..], conversation.SendNext - (random.Next(3) == 0 ? Offset() : 0));
        segment[12] = (byte)(((20 + options) / 4 << 4) | (flags >> 8));
        segment[13] = (byte)flags;
        BinaryPrimitives.WriteUInt16BigEndian(segment[14..], (ushort)(random.Next(4) switch { 0 => 0, 1 => random.Next(100), 2 => 65535, _ => random.Next(65536) }));
        BinaryPrimitives.WriteUInt16BigEndian(segment[18..], (ushort)((flags & Urg) != 0 ? random.Next(random.Next(2) == 0 ? 65536 : 200) : 0));
        random.NextBytes(segment.Slice(20 + options, data));
        return 20 + options + data;
    }

    private uint Offset() => random.Next(10) switch
    {
        < 5 => 0,
        5 => (uint)random.Next(10),
        6 => (uint)-random.Next(10),
        7 => (uint)random.Next(300_000),
        8 => (uint)-random.Next(300_000),
        _ => (uint)random.NextInt64(),
    };

    private int Timestamps(Span<byte> bytes, Conversation conversation)
    {
        bytes[0] = bytes[1] = 1;
        bytes[2] = 8;
        bytes[3] = 10;
        BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], conversation.NextTimestamp((uint)random.Next(3)));
        BinaryPrimitives.WriteUInt32BigEndian(bytes[8..], conversation.TimestampEcho - (random.Next(8) == 0 ? Offset() : 0));
        return 12;
    }

    private int Options(Span<byte> bytes, Conversation conversation)
    {
        bytes.Clear();
        int at = 0;
        while (at < 36 && random.Next(5) != 0)
        {
            (int kind, int length) = random.Next(9) switch { 0 => (2, 4), 1 => (3, 3), 2 => (4, 2), 3 => (5, 2 + 8 * random.Next(1, 5)), 4 => (8, 10), 5 => (34, 2 + random.Next(18)), 6 => (28, 4), 7 => (254, 4 + random.Next(8)), _ => (random.Next(256), random.Next(12)) };
            if (random.Next(16) == 0)
                length = random.Next(256);
            bytes[at] = (byte)kind;
            if (kind <= 1)
            {
                at++;
                continue;
            }
            bytes[at + 1] = (byte)length;
            Span<byte> value = bytes[(at + 2)..];
            random.NextBytes(value[..Math.Clamp(length - 2, 0, value.Length)]);
            // Blocks of what it may have sent.
            for (int block = 0; kind == 5 && block + 4 <= value.Length && block < length - 2; block += 4)
                BinaryPrimitives.WriteUInt32BigEndian(value[block..], conversation.SendNext - (random.Next(4) == 0 ? Offset() : (uint)random.Next(5000)));
            at += Math.Max(2, length);
        }
        return Math.Min(40, (at + 3) & ~3);
    }
}
