using System.Buffers.Binary;

namespace IoPkt.Wire.Sockets;

[Flags]
public enum ReplyFlags : uint
{
    None = 0,
    /// <summary>Another message with the same tag follows.</summary>
    More = 1,
}

/// <summary>What every message of a reply begins with.</summary>
/// <param name="Version">The daemon's.</param>
/// <param name="Operation">The request's, without the bit that marks a reply.</param>
/// <param name="Tag">The request's.</param>
/// <param name="Error">An errno of Linux; 0 is success.</param>
/// <param name="Flags">Whether this is all.</param>
public readonly record struct ReplyHeader(ushort Version, Operation Operation, uint Tag, int Error, ReplyFlags Flags)
{
    public const int Size = 16;

    private const ushort ReplyBit = 0x8000;

    /// <returns>Whether it is a reply of this version.</returns>
    public static bool TryRead(ReadOnlySpan<byte> message, out ReplyHeader header)
    {
        header = default;
        if (message.Length < Size)
            return false;
        ushort version = BinaryPrimitives.ReadUInt16LittleEndian(message);
        ushort operation = BinaryPrimitives.ReadUInt16LittleEndian(message[2..]);
        if (version != WireFormat.Version || (operation & ReplyBit) == 0)
            return false;
        header = new ReplyHeader(
            version,
            (Operation)(operation & ~ReplyBit),
            BinaryPrimitives.ReadUInt32LittleEndian(message[4..]),
            BinaryPrimitives.ReadInt32LittleEndian(message[8..]),
            (ReplyFlags)BinaryPrimitives.ReadUInt32LittleEndian(message[12..]));
        return true;
    }

    public void Write(Span<byte> message)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(message, Version);
        BinaryPrimitives.WriteUInt16LittleEndian(message[2..], (ushort)((ushort)Operation | ReplyBit));
        BinaryPrimitives.WriteUInt32LittleEndian(message[4..], Tag);
        BinaryPrimitives.WriteInt32LittleEndian(message[8..], Error);
        BinaryPrimitives.WriteUInt32LittleEndian(message[12..], (uint)Flags);
    }
}
