using System.Globalization;
using System.Numerics;

namespace IoPkt.Tools;

/// <summary>Numbers on command lines, with an error that says what was wanted.</summary>
public static class Numbers
{
    /// <exception cref="ToolException">Not a number, or out of range.</exception>
    public static int Parse(string text, int minimum, int maximum, string what) => Check(text, NumberStyles.AllowLeadingSign, text, minimum, maximum, what);

    /// <summary>Decimal, or hexadecimal after 0x.</summary>
    public static int ParseAnyBase(string text, int minimum, int maximum, string what) => text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && text.Length > 2
        // The leading zero: without it the first bit would be a sign.
        ? Check("0" + text[2..], NumberStyles.AllowHexSpecifier, text, minimum, maximum, what)
        : Parse(text, minimum, maximum, what);

    private static int Check(string digits, NumberStyles style, string text, int minimum, int maximum, string what)
    {
        // However long: a number that no integer type holds is out of range all the same.
        if (!BigInteger.TryParse(digits, style, CultureInfo.InvariantCulture, out BigInteger value))
            throw new ToolException($"{what} '{text}' is not a number");
        return value >= minimum && value <= maximum ? (int)value : throw new ToolException($"{what} {text} is not in {minimum}…{maximum}");
    }

    /// <summary>Seconds, with a fraction.</summary>
    public static TimeSpan ParseSeconds(string text, double minimum, double maximum, string what)
    {
        const NumberStyles style = NumberStyles.AllowDecimalPoint;
        if (!double.TryParse(text, style, CultureInfo.InvariantCulture, out double seconds))
            throw new ToolException($"{what} '{text}' is not a number of seconds");
        return seconds >= minimum && seconds <= maximum
            ? TimeSpan.FromSeconds(seconds)
            : throw new ToolException(string.Create(CultureInfo.InvariantCulture, $"{what} {text} is not in {minimum}…{maximum} seconds"));
    }

    /// <summary>"1.2K", "34M": as BSD's -h shows bytes.</summary>
    public static string Humanize(long bytes)
    {
        const string units = "BKMGTPE";
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < units.Length - 1)
        {
            value /= 1024;
            unit++;
        }
        return unit == 0 || value >= 10
            ? string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(value):0}{units[unit]}")
            : string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(value * 10) / 10:0.0}{units[unit]}");
    }

    /// <summary>"1 packet", "2 packets".</summary>
    public static string Plural(long count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";
}
