using System.Buffers.Binary;

namespace IoPkt.Stack;

/// <summary>
/// Cuts a large TCP segment, or a train of UDP datagrams, into what fits the link, for devices that can't (generic segmentation offload). IPv4 packets, from their IP header on;
/// the payload isn't copied.
/// </summary>
internal static class Segmentation
{
    private const byte Fin = 0x01;
    private const byte Psh = 0x08;
    private const byte Cwr = 0x80;

    /// <summary>Whether the interface's device cuts this packet itself.</summary>
    public static bool IsDoneBy(NetworkInterface leaving, Mbuf packet) => packet.Packet.Segmentation switch
    {
        SegmentationType.Tcp4 => (leaving.TransmitCapabilities & DeviceCapabilities.Tcp4Segmentation) != 0,
        SegmentationType.Tcp6 => (leaving.TransmitCapabilities & DeviceCapabilities.Tcp6Segmentation) != 0,
        _ => leaving.IsLoopback,
    };

    /// <param name="pool">Where headers come from.</param>
    /// <param name="packet">
    /// <see cref="PacketHeader.ChecksumStart"/> and <see cref="PacketHeader.TransportHeaderLength"/> say where its payload begins. Ownership passes.
    /// </param>
    /// <param name="segments">Gets the segments, each marked <see cref="OffloadFlags.ChecksumPartial"/>.</param>
    /// <returns>Whether there was memory for all and the marks made sense; if not, the caller frees what there is.</returns>
    public static bool Split(MbufPool pool, Mbuf packet, ref MbufQueue segments)
    {
        int transport = packet.Packet.ChecksumStart;
        bool tcp = packet.Packet.Segmentation != SegmentationType.Udp;
        int transportLength = tcp ? packet.Packet.TransportHeaderLength : 8;
        int headers = transport + transportLength;
        int size = packet.Packet.SegmentSize;
        if (transport < Ipv4Header.MinimumLength || transportLength < (tcp ? 20 : 8) || headers > Mbuf.InternalSize - EthernetLink.HeaderSize
            || headers > packet.Packet.Length || size == 0)
        {
            packet.Free();
            return false;
        }
        Span<byte> template = stackalloc byte[headers];
        packet.CopyTo(0, template);
        int payload = packet.Packet.Length - headers;
        bool complete = payload == 0;
        for (int sent = 0, index = 0; sent < payload; index++)
        {
            int here = Math.Min(size, payload - sent);
            if (MakeSegment(pool, packet, template, headers + sent, here) is not { } segment)
                break;
            bool last = sent + here == payload;
            WriteHeaders(segment, transport, transportLength, tcp, index, sent, last);
            segments.Enqueue(segment);
            sent += here;
            complete = last;
        }
        packet.Free();
        return complete;
    }

    private static Mbuf? MakeSegment(MbufPool pool, Mbuf packet, ReadOnlySpan<byte> headers, int offset, int count)
    {
        if (pool.Get() is not { } segment)
            return null;
        segment.Reserve(Math.Min(Mbuf.HeaderRoom, Mbuf.InternalSize - headers.Length));
        headers.CopyTo(segment.TrailingSpan);
        segment.Commit(headers.Length);
        if (packet.CopyRange(offset, count) is not { } data)
        {
            segment.Free();
            return null;
        }
        segment.Concatenate(data);
        segment.Packet.ReceiveInterface = packet.Packet.ReceiveInterface;
        segment.Packet.Link = packet.Packet.Link;
        return segment;
    }

    private static void WriteHeaders(Mbuf segment, int transport, int transportLength, bool tcp, int index, int sent, bool last)
    {
        Ipv4Header ip = new(segment.Span);
        ip.TotalLength = segment.Packet.Length;
        // RFC 6864, section 4.1: with DF set the value is free; a receiver that merges segments takes one that counts up as well as one that stays.
        ip.Identification = (ushort)(ip.Identification + index);
        ip.UpdateChecksum();
        Span<byte> header = segment.Span.Slice(transport, transportLength);
        int length = segment.Packet.Length - transport;
        if (tcp)
        {
            BinaryPrimitives.WriteUInt32BigEndian(header[4..], BinaryPrimitives.ReadUInt32BigEndian(header[4..]) + (uint)sent);
            // FIN and PSH belong to the last byte; CWR answers once (RFC 3168, section 6.1.2).
            if (!last)
                header[13] &= unchecked((byte)~(Fin | Psh));
            if (index > 0)
                header[13] &= unchecked((byte)~Cwr);
        }
        else
        {
            BinaryPrimitives.WriteUInt16BigEndian(header[4..], (ushort)length);
        }
        ushort field = (ushort)(tcp ? 16 : 6);
        ushort pseudo = InternetChecksum.FoldTo16(InternetChecksum.PseudoHeader(ip.Source, ip.Destination, ip.Protocol, length));
        BinaryPrimitives.WriteUInt16BigEndian(header[field..], pseudo);
        segment.Packet.Offload = OffloadFlags.ChecksumPartial;
        segment.Packet.ChecksumStart = transport;
        segment.Packet.ChecksumOffset = field;
        segment.Packet.TransportHeaderLength = (ushort)transportLength;
    }
}
