using System.Buffers.Binary;

namespace IoPkt.Simulator;

/// <summary>The classic capture file that every analyser reads, of packets without a link header (LINKTYPE_RAW), with microseconds.</summary>
internal sealed class PcapWriter
{
    private const uint Magic = 0xa1b2c3d4;
    private const uint LinkTypeRaw = 101;

    private readonly Stream _stream;

    public PcapWriter(Stream stream, int snapLength)
    {
        _stream = stream;
        Span<byte> header = stackalloc byte[24];
        header.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], 2);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], 4);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], snapLength);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], LinkTypeRaw);
        _stream.Write(header);
    }

    /// <param name="time">Microseconds.</param>
    /// <param name="captured">The packet's first bytes.</param>
    /// <param name="length">The whole packet's.</param>
    public void Write(long time, ReadOnlySpan<byte> captured, int length)
    {
        Span<byte> header = stackalloc byte[16];
        BinaryPrimitives.WriteInt32LittleEndian(header, (int)(time / 1_000_000));
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], (int)(time % 1_000_000));
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], captured.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header[12..], length);
        _stream.Write(header);
        _stream.Write(captured);
    }
}
