using System.Buffers.Binary;

namespace IoPkt.Stack;

/// <summary>Transport checksums that were left to whoever sends the packet last (<see cref="OffloadFlags.ChecksumPartial"/>).</summary>
internal static class ChecksumOffload
{
    private const ushort UdpField = 6;

    /// <summary>Whether the interface's device fills in this packet's checksum.</summary>
    public static bool IsDoneBy(NetworkInterface leaving, Mbuf packet) => IsDoneBy(leaving, packet, isIpv6: packet.Length > 0 && packet.Span[0] >> 4 == 6);

    /// <summary>The same for a packet that doesn't begin with its IP header.</summary>
    public static bool IsDoneBy(NetworkInterface leaving, Mbuf packet, bool isIpv6)
    {
        bool udp = packet.Packet.ChecksumOffset == UdpField;
        DeviceCapabilities needed = isIpv6
            ? udp ? DeviceCapabilities.Udp6Checksum : DeviceCapabilities.Tcp6Checksum
            : udp ? DeviceCapabilities.Udp4Checksum : DeviceCapabilities.Tcp4Checksum;
        return (leaving.TransmitCapabilities & needed) != 0;
    }

    /// <summary>Fills in the checksum if it isn't there.</summary>
    /// <returns>The packet's first mbuf; <c>null</c>, and the packet freed, when the pool is dry or the marks point outside the packet.</returns>
    public static Mbuf? Complete(MbufPool pool, Mbuf packet)
    {
        if ((packet.Packet.Offload & OffloadFlags.ChecksumPartial) == 0)
            return packet;
        int start = packet.Packet.ChecksumStart, field = start + packet.Packet.ChecksumOffset;
        if (start < 0 || field + 2 > packet.Packet.Length)
        {
            packet.Free();
            return null;
        }
        if (WritableHeaders.Ensure(pool, packet, field + 2) is not { } writable)
            return null;
        ushort checksum = InternetChecksum.Finish(InternetChecksum.Sum(writable, start, writable.Packet.Length - start));
        // RFC 768: a UDP checksum that comes to zero is sent as all ones, because zero says that there's none.
        if (checksum == 0 && writable.Packet.ChecksumOffset == UdpField)
            checksum = 0xffff;
        BinaryPrimitives.WriteUInt16BigEndian(writable.Span[field..], checksum);
        writable.Packet.Offload &= ~OffloadFlags.ChecksumPartial;
        return writable;
    }
}
