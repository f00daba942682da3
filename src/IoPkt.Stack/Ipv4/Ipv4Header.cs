using System.Buffers.Binary;

namespace IoPkt.Stack;

/// <summary>A view of an IPv4 header (RFC 791, section 3.1). Whoever makes it has checked that 20 bytes are there.</summary>
internal readonly ref struct Ipv4Header(Span<byte> bytes)
{
    public const int MinimumLength = 20;
    public const int MaximumLength = 60;
    public const int MaximumPacket = 65535;
    public const ushort DontFragmentFlag = 0x4000;
    public const ushort MoreFragmentsFlag = 0x2000;

    private readonly Span<byte> _bytes = bytes;

    public int Version => _bytes[0] >> 4;

    /// <summary>In bytes, as the header claims: 0…60.</summary>
    public int HeaderLength => (_bytes[0] & 0xf) * 4;

    public byte TrafficClass
    {
        get => _bytes[1];
        set => _bytes[1] = value;
    }

    public int TotalLength
    {
        get => BinaryPrimitives.ReadUInt16BigEndian(_bytes[2..]);
        set => BinaryPrimitives.WriteUInt16BigEndian(_bytes[2..], (ushort)value);
    }

    public ushort Identification
    {
        get => BinaryPrimitives.ReadUInt16BigEndian(_bytes[4..]);
        set => BinaryPrimitives.WriteUInt16BigEndian(_bytes[4..], value);
    }

    /// <summary>Flags and fragment offset, as they are on the wire.</summary>
    public ushort Fragment
    {
        get => BinaryPrimitives.ReadUInt16BigEndian(_bytes[6..]);
        set => BinaryPrimitives.WriteUInt16BigEndian(_bytes[6..], value);
    }

    public bool DontFragment => (Fragment & DontFragmentFlag) != 0;

    public bool MoreFragments => (Fragment & MoreFragmentsFlag) != 0;

    /// <summary>In bytes.</summary>
    public int FragmentOffset => (Fragment & 0x1fff) * 8;

    public bool IsFragment => (Fragment & 0x3fff) != 0;

    public byte Ttl
    {
        get => _bytes[8];
        set => _bytes[8] = value;
    }

    public byte Protocol
    {
        get => _bytes[9];
        set => _bytes[9] = value;
    }

    public ushort Checksum
    {
        get => BinaryPrimitives.ReadUInt16BigEndian(_bytes[10..]);
        set => BinaryPrimitives.WriteUInt16BigEndian(_bytes[10..], value);
    }

    public InetAddress Source
    {
        get => InetAddress.Read(_bytes[12..16]);
        set => value.Write(_bytes[12..]);
    }

    public InetAddress Destination
    {
        get => InetAddress.Read(_bytes[16..20]);
        set => value.Write(_bytes[16..]);
    }

    public ReadOnlySpan<byte> Options => _bytes[MinimumLength..HeaderLength];

    /// <summary>The header's bytes, options included.</summary>
    public Span<byte> Bytes => _bytes[..HeaderLength];

    public bool IsChecksumCorrect => InternetChecksum.Finish(InternetChecksum.Sum(Bytes)) == 0;

    /// <summary>Begins a header without options; everything not set later is zero.</summary>
    public void Initialize()
    {
        _bytes[..MinimumLength].Clear();
        _bytes[0] = 0x45;
    }

    public void UpdateChecksum()
    {
        Checksum = 0;
        Checksum = InternetChecksum.Finish(InternetChecksum.Sum(Bytes));
    }

    /// <summary>Changes one 16-bit word of the header and its checksum with it (RFC 1624, equation 3).</summary>
    public void ReplaceWord(int offset, ushort value)
    {
        Span<byte> word = _bytes.Slice(offset, 2);
        ushort old = BinaryPrimitives.ReadUInt16BigEndian(word);
        BinaryPrimitives.WriteUInt16BigEndian(word, value);
        Checksum = InternetChecksum.Finish((ulong)(ushort)~Checksum + (ushort)~old + value);
    }
}
