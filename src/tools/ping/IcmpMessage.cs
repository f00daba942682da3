using System.Buffers.Binary;

namespace IoPkt.Tools.Ping;

/// <summary>ICMP's messages (RFC 792) as ping writes and reads them.</summary>
internal static class IcmpMessage
{
    public const int HeaderLength = 8;
    public const byte EchoReply = 0;
    public const byte EchoRequest = 8;

    /// <returns>Bytes written.</returns>
    public static int WriteEchoRequest(Span<byte> message, ushort identifier, ushort sequence, ReadOnlySpan<byte> data)
    {
        int length = HeaderLength + data.Length;
        message[..HeaderLength].Clear();
        message[0] = EchoRequest;
        BinaryPrimitives.WriteUInt16BigEndian(message[4..], identifier);
        BinaryPrimitives.WriteUInt16BigEndian(message[6..], sequence);
        data.CopyTo(message[HeaderLength..]);
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], Checksum(message[..length]));
        return length;
    }

    /// <summary>RFC 1071. Of a message whose checksum is right it's 0.</summary>
    public static ushort Checksum(ReadOnlySpan<byte> bytes)
    {
        ulong sum = 0;
        while (bytes.Length >= 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes);
            bytes = bytes[2..];
        }
        if (bytes.Length == 1)
            sum += (uint)bytes[0] << 8;
        while (sum >> 16 != 0)
            sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)~sum;
    }

    /// <summary>Which of our requests an error message quotes.</summary>
    /// <param name="message">From ICMP's header on.</param>
    /// <param name="identifier">Ours.</param>
    /// <param name="sequence">The request's.</param>
    public static bool TryReadQuoted(ReadOnlySpan<byte> message, ushort identifier, out ushort sequence)
    {
        sequence = 0;
        ReadOnlySpan<byte> quoted = message.Length > HeaderLength ? message[HeaderLength..] : [];
        int headerLength = quoted.IsEmpty ? 0 : (quoted[0] & 0xf) * 4;
        if (headerLength < 20 || quoted.Length < headerLength + HeaderLength || quoted[9] != 1)
            return false;
        ReadOnlySpan<byte> request = quoted[headerLength..];
        sequence = BinaryPrimitives.ReadUInt16BigEndian(request[6..]);
        return request[0] == EchoRequest && BinaryPrimitives.ReadUInt16BigEndian(request[4..]) == identifier;
    }

    /// <summary>What BSD's ping says of a message: "Destination Host Unreachable".</summary>
    public static string Describe(ReadOnlySpan<byte> message) => message[0] switch
    {
        EchoReply => "Echo Reply",
        3 => message[1] switch
        {
            0 => "Destination Net Unreachable",
            1 => "Destination Host Unreachable",
            2 => "Destination Protocol Unreachable",
            3 => "Destination Port Unreachable",
            4 => $"frag needed and DF set. Next MTU={BinaryPrimitives.ReadUInt16BigEndian(message[6..])}",
            5 => "Source Route Failed",
            6 => "Unknown Destination Net",
            7 => "Unknown Destination Host",
            9 or 10 or 13 => "Communication Administratively Prohibited",
            11 => "Network Unreachable for Type of Service",
            12 => "Host Unreachable for Type of Service",
            var code => $"Destination Unreachable, Unknown Code: {code}",
        },
        4 => "Source Quench",
        5 => $"Redirect (New addr: {message[4]}.{message[5]}.{message[6]}.{message[7]})",
        EchoRequest => "Echo Request",
        11 => message[1] == 0 ? "Time To Live exceeded" : "Fragment reassembly time exceeded",
        12 => $"Parameter problem: pointer = 0x{message[4]:x2}",
        13 => "Timestamp",
        14 => "Timestamp Reply",
        var type => $"Unknown ICMP type: {type}",
    };

    public static bool IsError(byte type) => type is 3 or 4 or 5 or 11 or 12;
}
