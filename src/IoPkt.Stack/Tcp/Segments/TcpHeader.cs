using System.Buffers.Binary;

namespace IoPkt.Stack;

/// <summary>A view of a TCP header (RFC 9293, section 3.1) in a packet: 20 bytes, and options up to 60.</summary>
/// <param name="bytes">At least <see cref="MinimumLength"/> bytes.</param>
internal readonly ref struct TcpHeader(Span<byte> bytes)
{
    public const int MinimumLength = 20;

    public const int MaximumLength = 60;

    public const int ChecksumOffset = 16;

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

    public SequenceNumber Sequence
    {
        get => new(BinaryPrimitives.ReadUInt32BigEndian(_bytes[4..]));
        set => BinaryPrimitives.WriteUInt32BigEndian(_bytes[4..], value.Value);
    }

    public SequenceNumber Acknowledgment
    {
        get => new(BinaryPrimitives.ReadUInt32BigEndian(_bytes[8..]));
        set => BinaryPrimitives.WriteUInt32BigEndian(_bytes[8..], value.Value);
    }

    /// <summary>The data offset, in bytes: 0…60. Received, it isn't to be trusted before it's compared with the packet.</summary>
    public int HeaderLength
    {
        get => (_bytes[12] >> 4) * 4;
        set => _bytes[12] = (byte)(value / 4 << 4);
    }

    public TcpFlags Flags
    {
        get => (TcpFlags)_bytes[13];
        set => _bytes[13] = (byte)value;
    }

    /// <summary>As on the wire: unscaled.</summary>
    public ushort Window
    {
        get => BinaryPrimitives.ReadUInt16BigEndian(_bytes[14..]);
        set => BinaryPrimitives.WriteUInt16BigEndian(_bytes[14..], value);
    }

    public ushort Checksum
    {
        get => BinaryPrimitives.ReadUInt16BigEndian(_bytes[ChecksumOffset..]);
        set => BinaryPrimitives.WriteUInt16BigEndian(_bytes[ChecksumOffset..], value);
    }

    public ushort UrgentPointer
    {
        get => BinaryPrimitives.ReadUInt16BigEndian(_bytes[18..]);
        set => BinaryPrimitives.WriteUInt16BigEndian(_bytes[18..], value);
    }

    /// <summary>The bytes between the fixed header and the data.</summary>
    public Span<byte> Options => _bytes[MinimumLength..HeaderLength];
}
