using System.Buffers.Binary;
using System.Net;

namespace IoPkt.Protocols.AutoIp;

/// <summary>What matters here of an ARP packet for IPv4 over Ethernet (RFC 826).</summary>
internal readonly record struct ArpMessage(bool IsRequest, MacAddress SenderLink, IPAddress Sender, IPAddress Target)
{
    public const int EtherType = 0x0806;
    public const int Length = 28;

    private const ushort Ethernet = 1;
    private const ushort Ipv4 = 0x0800;
    private const ushort Request = 1;
    private const ushort Reply = 2;

    /// <summary>RFC 5227, section 1.1: a request whose sender address is all zero.</summary>
    public bool IsProbe => IsRequest && Sender.Equals(IPAddress.Any);

    public static bool TryRead(ReadOnlySpan<byte> bytes, out ArpMessage message)
    {
        message = default;
        ushort operation = bytes.Length < Length ? (ushort)0 : BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]);
        if (operation is not (Request or Reply) || BinaryPrimitives.ReadUInt16BigEndian(bytes) != Ethernet || BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]) != Ipv4
            || bytes[4] != MacAddress.Size || bytes[5] != 4)
            return false;
        message = new ArpMessage(operation == Request, MacAddress.Read(bytes[8..]), new IPAddress(bytes[14..18]), new IPAddress(bytes[24..28]));
        return true;
    }

    /// <summary>RFC 3927, section 2.2.1: "an ARP Request with an all-zero 'sender IP address'".</summary>
    public static void WriteProbe(Span<byte> bytes, MacAddress station, IPAddress target)
    {
        bytes[..Length].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(bytes, Ethernet);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], Ipv4);
        bytes[4] = MacAddress.Size;
        bytes[5] = 4;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], Request);
        station.Write(bytes[8..]);
        target.GetAddressBytes().CopyTo(bytes[24..]);
    }
}
