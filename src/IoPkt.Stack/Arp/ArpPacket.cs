using System.Buffers.Binary;

namespace IoPkt.Stack;

/// <summary>An ARP packet for IPv4 over Ethernet (RFC 826), as plain values.</summary>
internal readonly record struct ArpPacket(ushort Operation, MacAddress SenderLink, InetAddress Sender, MacAddress TargetLink, InetAddress Target)
{
    public const int Length = 28;
    public const ushort Request = 1;
    public const ushort Reply = 2;

    private const ushort Ethernet = 1;

    /// <summary>A question with the all-zero sender address: it asks without telling (RFC 5227, section 1.1).</summary>
    public bool IsProbe => Operation == Request && Sender.IsUnspecified;

    public static bool TryRead(ReadOnlySpan<byte> bytes, out ArpPacket packet)
    {
        packet = default;
        if (bytes.Length < Length
            || BinaryPrimitives.ReadUInt16BigEndian(bytes) != Ethernet
            || BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]) != EtherTypes.Ipv4
            || bytes[4] != MacAddress.Size
            || bytes[5] != 4)
            return false;
        packet = new ArpPacket(BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]), MacAddress.Read(bytes[8..]), InetAddress.Read(bytes[14..18]),
            MacAddress.Read(bytes[18..]), InetAddress.Read(bytes[24..28]));
        return true;
    }

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt16BigEndian(bytes, Ethernet);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], EtherTypes.Ipv4);
        bytes[4] = MacAddress.Size;
        bytes[5] = 4;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], Operation);
        SenderLink.Write(bytes[8..]);
        Sender.Write(bytes[14..]);
        TargetLink.Write(bytes[18..]);
        Target.Write(bytes[24..]);
    }
}
