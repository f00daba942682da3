using System.Buffers.Binary;

namespace IoPkt.Stack;

/// <summary>A view of a UDP header (RFC 768). Whoever makes it has checked that eight bytes are there.</summary>
internal readonly ref struct UdpHeader(Span<byte> bytes)
{
    public const int Size = 8;
    public const ushort ChecksumOffset = 6;

    private readonly Span<byte> _bytes = bytes;

    public ushort SourcePort
    {
        get => BinaryPrimitives.ReadUInt16BigEndian(_bytes);
        set => BinaryPrimitives.WriteUInt16BigEndian(_bytes, value);
    }

    public ushort DestinationPort
    {
        get => BinaryPrimitives.ReadUInt16BigEndian(_bytes[2..]);
        set => BinaryPrimitives.WriteUInt16BigEndian(_bytes[2..], value);
    }

    /// <summary>Of header and data.</summary>
    public ushort Length
    {
        get => BinaryPrimitives.ReadUInt16BigEndian(_bytes[4..]);
        set => BinaryPrimitives.WriteUInt16BigEndian(_bytes[4..], value);
    }

    public ushort Checksum
    {
        get => BinaryPrimitives.ReadUInt16BigEndian(_bytes[ChecksumOffset..]);
        set => BinaryPrimitives.WriteUInt16BigEndian(_bytes[ChecksumOffset..], value);
    }
}
