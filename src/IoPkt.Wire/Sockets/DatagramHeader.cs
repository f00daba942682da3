using System.Buffers.Binary;

namespace IoPkt.Wire.Sockets;

[Flags]
public enum DatagramFlags : ushort
{
    None = 0,
    /// <summary>There is no datagram: the payload is an errno for the next receive.</summary>
    Error = 1,
    /// <summary>The datagram was longer than what could be kept of it.</summary>
    Truncated = 2,
}

/// <summary>The beginning of each message on a datagram or raw socket's descriptor, in both directions: section 5 of <c>docs/wire-format.md</c>.</summary>
/// <param name="Flags">From the daemon only.</param>
/// <param name="NameLength">Bytes of the name that follows, before its padding.</param>
/// <param name="ControlLength">Bytes of the control messages after that, before their padding.</param>
public readonly record struct DatagramHeader(DatagramFlags Flags, ushort NameLength, ushort ControlLength)
{
    public const int Size = 8;

    /// <summary>Bytes of control messages in one message, at most.</summary>
    public const int MaximumControl = 1024;

    /// <summary>Bytes of header, name and control messages, at most.</summary>
    public const int MaximumPrefix = Size + 32 + MaximumControl;

    public int NameOffset => Size;

    public int ControlOffset => Size + Pad(NameLength);

    public int PayloadOffset => ControlOffset + Pad(ControlLength);

    /// <summary>The next multiple of 8.</summary>
    public static int Pad(int length) => length + 7 & ~7;

    /// <returns>Whether the lengths are within the limits and the message.</returns>
    public static bool TryRead(ReadOnlySpan<byte> message, out DatagramHeader header)
    {
        header = default;
        if (message.Length < Size)
            return false;
        header = new DatagramHeader(
            (DatagramFlags)BinaryPrimitives.ReadUInt16LittleEndian(message),
            BinaryPrimitives.ReadUInt16LittleEndian(message[2..]),
            BinaryPrimitives.ReadUInt16LittleEndian(message[4..]));
        return BinaryPrimitives.ReadUInt16LittleEndian(message[6..]) == 0
            && header.NameLength <= SockAddr.MaximumSize
            && header.ControlLength <= MaximumControl
            && header.PayloadOffset <= message.Length;
    }

    public void Write(Span<byte> message)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(message, (ushort)Flags);
        BinaryPrimitives.WriteUInt16LittleEndian(message[2..], NameLength);
        BinaryPrimitives.WriteUInt16LittleEndian(message[4..], ControlLength);
        BinaryPrimitives.WriteUInt16LittleEndian(message[6..], 0);
    }
}
