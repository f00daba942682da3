using System.Buffers.Binary;

namespace IoPkt.Wire.Sockets;

/// <summary>What every request begins with.</summary>
public readonly record struct RequestHeader(ushort Version, Operation Operation, uint Tag)
{
    public const int Size = 8;

    /// <returns>Whether there were enough bytes; the fields' values are the caller's to check.</returns>
    public static bool TryRead(ReadOnlySpan<byte> message, out RequestHeader header)
    {
        header = default;
        if (message.Length < Size)
            return false;
        header = new RequestHeader(
            BinaryPrimitives.ReadUInt16LittleEndian(message),
            (Operation)BinaryPrimitives.ReadUInt16LittleEndian(message[2..]),
            BinaryPrimitives.ReadUInt32LittleEndian(message[4..]));
        return true;
    }

    public void Write(Span<byte> message)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(message, Version);
        BinaryPrimitives.WriteUInt16LittleEndian(message[2..], (ushort)Operation);
        BinaryPrimitives.WriteUInt32LittleEndian(message[4..], Tag);
    }
}
