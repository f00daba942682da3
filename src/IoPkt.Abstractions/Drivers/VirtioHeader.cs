using System.Runtime.InteropServices;

namespace IoPkt;

/// <summary>
/// <c>struct virtio_net_hdr</c>, in front of each frame: what is left for the receiver to do (virtio 1.3, section 5.1.6). In the machine's byte order, as Linux's tun driver
/// and packet sockets have it. For drivers whose host speaks this language.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 2)]
public struct VirtioHeader
{
    public const int Size = 10;

    private const byte NeedsChecksum = 1;
    private const byte DataValid = 2;

    private const byte SegmentNone = 0;
    private const byte SegmentTcp4 = 1;
    private const byte SegmentTcp6 = 4;
    private const byte SegmentUdp = 5;
    private const byte SegmentEcn = 0x80;

    private byte _flags;
    private byte _segmentation;
    private ushort _headerLength;
    private ushort _segmentSize;
    private ushort _checksumStart;
    private ushort _checksumOffset;

    /// <summary>Describes a frame that we send.</summary>
    public static VirtioHeader Describe(in PacketHeader packet)
    {
        VirtioHeader header = default;
        if ((packet.Offload & OffloadFlags.ChecksumPartial) != 0)
        {
            header._flags = NeedsChecksum;
            header._checksumStart = (ushort)packet.ChecksumStart;
            header._checksumOffset = packet.ChecksumOffset;
        }
        if (packet.Segmentation != SegmentationType.None)
        {
            header._segmentation = packet.Segmentation switch
            {
                SegmentationType.Tcp4 => SegmentTcp4,
                SegmentationType.Tcp6 => SegmentTcp6,
                _ => SegmentUdp,
            };
            header._segmentSize = packet.SegmentSize;
            header._headerLength = (ushort)(packet.ChecksumStart + packet.TransportHeaderLength);
        }
        return header;
    }

    /// <summary>Copies what the host says of a frame that we receive into its packet header.</summary>
    /// <returns>Whether it makes sense: a checksum field outside the frame, or segments of no size, don't.</returns>
    public readonly bool TryApply(ref PacketHeader packet)
    {
        if ((_flags & NeedsChecksum) != 0)
        {
            if (_checksumStart + _checksumOffset + sizeof(ushort) > packet.Length)
                return false;
            packet.Offload |= OffloadFlags.ChecksumPartial;
            packet.ChecksumStart = _checksumStart;
            packet.ChecksumOffset = _checksumOffset;
        }
        else if ((_flags & DataValid) != 0)
        {
            packet.Offload |= OffloadFlags.ChecksumValid;
        }
        if (_segmentation == SegmentNone)
            return true;
        switch (_segmentation & ~SegmentEcn)
        {
            case SegmentTcp4:
                packet.Segmentation = SegmentationType.Tcp4;
                break;
            case SegmentTcp6:
                packet.Segmentation = SegmentationType.Tcp6;
                break;
            case SegmentUdp:
                packet.Segmentation = SegmentationType.Udp;
                break;
            default:
                return false;
        }
        packet.SegmentSize = _segmentSize;
        packet.TransportHeaderLength = (ushort)Math.Max(0, _headerLength - packet.ChecksumStart);
        return _segmentSize > 0 && packet.Offload.HasFlag(OffloadFlags.ChecksumPartial);
    }
}
