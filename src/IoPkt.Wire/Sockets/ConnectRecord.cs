using System.Buffers.Binary;

namespace IoPkt.Wire.Sockets;

/// <summary>What a client writes into an unconnected stream to connect it: section 4 of <c>docs/wire-format.md</c>.</summary>
public static class ConnectRecord
{
    /// <summary>"CONN".</summary>
    public const uint Magic = 0x4e4e_4f43;

    /// <summary>Bytes of the record, at least: as long as so many lie unread, the writer's end doesn't poll writable.</summary>
    public const int MinimumLength = 57344;

    /// <summary>Bytes of the record, at most: one write can't put more into a stream without blocking.</summary>
    public const int MaximumLength = 128 * 1024;

    /// <summary>Bytes that <see cref="TryRead"/> needs to see: all but the padding.</summary>
    public const int HeadLength = 12 + SockAddr.MaximumSize;

    /// <param name="head">The record's first <see cref="HeadLength"/> bytes.</param>
    /// <param name="length">Bytes of the whole record.</param>
    /// <param name="destination">Where to connect to.</param>
    /// <returns>Whether it is a connect record.</returns>
    public static bool TryRead(ReadOnlySpan<byte> head, out int length, out SockAddr destination)
    {
        length = 0;
        destination = default;
        if (head.Length < HeadLength || BinaryPrimitives.ReadUInt32LittleEndian(head) != Magic)
            return false;
        uint total = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(head[8..]);
        if (total is < MinimumLength or > MaximumLength || size > SockAddr.MaximumSize)
            return false;
        length = (int)total;
        return SockAddr.TryRead(head.Slice(12, (int)size), out destination);
    }

    /// <param name="record">The whole record, <see cref="MinimumLength"/> bytes or more; all of it is written.</param>
    /// <param name="destination">Where to connect to.</param>
    public static void Write(Span<byte> record, in SockAddr destination)
    {
        record.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(record, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], (uint)record.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record[8..], (uint)destination.Size);
        destination.Write(record[12..]);
    }
}
