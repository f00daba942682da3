using System.Globalization;
using System.Net;

namespace IoPkt.Tools;

/// <summary>IPv4 addresses and masks as inet(3) reads them.</summary>
public static class Inet
{
    /// <summary>
    /// inet_aton(3): one to four numbers between dots, each decimal, octal (0…) or hexadecimal (0x…); the last fills the bytes that are left, so <c>10.184</c>
    /// is 10.0.0.184.
    /// </summary>
    public static bool TryParseAddress(string text, out uint address)
    {
        ArgumentNullException.ThrowIfNull(text);
        address = 0;
        string[] parts = text.Split('.');
        if (parts.Length > 4)
            return false;
        for (int i = 0; i < parts.Length; i++)
        {
            int bitsLeft = 32 - 8 * i;
            bool last = i == parts.Length - 1;
            ulong limit = last ? 1UL << bitsLeft : 256;
            if (!TryParseNumber(parts[i], out ulong number) || number >= limit)
                return false;
            address |= (uint)number << (last ? 0 : 24 - 8 * i);
        }
        return true;
    }

    /// <summary>A network as route(8) reads it: <c>128.32</c> is 128.32.0.0, its numbers fill the address from the left.</summary>
    public static bool TryParseNetwork(string text, out uint network)
    {
        ArgumentNullException.ThrowIfNull(text);
        network = 0;
        string[] parts = text.Split('.');
        if (parts.Length > 4)
            return false;
        for (int i = 0; i < parts.Length; i++)
        {
            if (!TryParseNumber(parts[i], out ulong number) || number > 255)
                return false;
            network |= (uint)number << (24 - 8 * i);
        }
        return true;
    }

    /// <summary>A mask: hexadecimal (0xffffff00) or dotted. Its ones must be contiguous.</summary>
    /// <exception cref="ToolException">It isn't a mask.</exception>
    public static int ParseMask(string text)
    {
        if (!TryParseAddress(text, out uint mask))
            throw new ToolException($"netmask '{text}' is neither 0x… nor a dotted mask");
        uint inverted = ~mask;
        if ((inverted & (inverted + 1)) != 0)
            throw new ToolException($"netmask {text} is not contiguous: its ones must all be on the left");
        return System.Numerics.BitOperations.PopCount(mask);
    }

    public static uint MaskOf(int prefixLength) => prefixLength == 0 ? 0 : uint.MaxValue << (32 - prefixLength);

    /// <summary>8, 16 or 24, by the address's class (RFC 791).</summary>
    public static int ClassPrefixLength(uint address) => (address >> 24) switch
    {
        < 128 => 8,
        < 192 => 16,
        _ => 24,
    };

    public static string Format(uint address) => $"{address >> 24}.{address >> 16 & 0xff}.{address >> 8 & 0xff}.{address & 0xff}";

    /// <summary>What the daemon writes.</summary>
    public static uint Parse(string address)
    {
        Span<byte> bytes = stackalloc byte[4];
        return IPAddress.TryParse(address, out IPAddress? parsed) && parsed.TryWriteBytes(bytes, out int count) && count == 4
            ? System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes)
            : throw new ToolException($"'{address}' is not an IPv4 address");
    }

    private static bool TryParseNumber(string text, out ulong number)
    {
        number = 0;
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            return ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number);
        if (text.Length < 2 || text[0] != '0')
            return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
        foreach (char digit in text)
        {
            if (digit is < '0' or > '7' || number > uint.MaxValue)
                return false;
            number = number << 3 | (uint)(digit - '0');
        }
        return true;
    }
}
