using System.Globalization;

namespace IoPkt;

/// <summary>An IEEE 802 MAC-48 address. A value type, so it can lie in tables and headers without allocation.</summary>
public readonly record struct MacAddress
{
    public const int Size = 6;

    private readonly ulong _value; // the first octet in bits 47…40

    private MacAddress(ulong value) => _value = value;

    public static MacAddress Broadcast => new(0xffff_ffff_ffff);

    /// <summary>The group bit of the first octet: broadcast and multicast addresses.</summary>
    public bool IsMulticast => (_value >> 40 & 1) != 0;

    public bool IsBroadcast => _value == 0xffff_ffff_ffff;

    public bool IsZero => _value == 0;

    /// <param name="octets">At least six octets, in the order of transmission.</param>
    public static MacAddress Read(ReadOnlySpan<byte> octets)
    {
        ulong value = 0;
        foreach (byte octet in octets[..Size])
            value = value << 8 | octet;
        return new MacAddress(value);
    }

    public void Write(Span<byte> octets)
    {
        for (int i = 0; i < Size; i++)
            octets[i] = (byte)(_value >> (8 * (Size - 1 - i)));
    }

    /// <summary>A locally administered, individual address.</summary>
    public static MacAddress CreateLocal(Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        Span<byte> octets = stackalloc byte[Size];
        random.NextBytes(octets);
        octets[0] = (byte)(octets[0] & 0xfc | 0x02);
        return Read(octets);
    }

    /// <summary>Accepts <c>00:11:22:33:44:55</c>, the same with hyphens, and QNX's driver form <c>001122334455</c>.</summary>
    public static bool TryParse(string? text, out MacAddress address)
    {
        address = default;
        string digits = (text ?? "").Replace(":", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
        if (digits.Length != 2 * Size || !ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value))
            return false;
        address = new MacAddress(value);
        return true;
    }

    public override string ToString()
    {
        Span<byte> o = stackalloc byte[Size];
        Write(o);
        return $"{o[0]:x2}:{o[1]:x2}:{o[2]:x2}:{o[3]:x2}:{o[4]:x2}:{o[5]:x2}";
    }
}
