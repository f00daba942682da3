using System.Buffers.Binary;

namespace IoPkt.Simulator;

/// <summary>Cuts a packet that was left to a device to segment into groups of whole segments: what a sender's device puts on the wire, and a receiver's merges again.</summary>
internal static class SegmentGroups
{
    private const TcpFlags OnlyOfLast = TcpFlags.Fin | TcpFlags.Psh;

    /// <param name="packet">Marked for segmentation.</param>
    /// <param name="offset">Where in its data the group begins.</param>
    /// <param name="length">Bytes of data in it.</param>
    /// <param name="bytes">Gets the group, with headers of its own.</param>
    public static SimulatedPacket Make(in SimulatedPacket packet, int offset, int length, byte[] bytes)
    {
        PacketHeader marks = packet.Marks;
        int headers = marks.ChecksumStart + marks.TransportHeaderLength, total = packet.Length - headers;
        packet.Span[..headers].CopyTo(bytes);
        packet.Span.Slice(headers + offset, length).CopyTo(bytes.AsSpan(headers));
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), (ushort)(headers + length));
        new Ipv4Header(bytes).UpdateChecksum();
        TcpHeader header = new(bytes.AsSpan(marks.ChecksumStart));
        header.Sequence += offset;
        if (offset > 0)
            header.Flags &= ~TcpFlags.Cwr;
        if (offset + length < total)
            header.Flags &= ~OnlyOfLast;
        if (length <= marks.SegmentSize)
            marks.Segmentation = SegmentationType.None;
        return packet with { Bytes = bytes, Length = headers + length, Marks = marks };
    }
}
