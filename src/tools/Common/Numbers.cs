using System.Globalization;

namespace IoPkt.Tools;

/// <summary>Numbers on command lines, with an error that says what was wanted.</summary>
public static class Numbers
{
    /// <exception cref="ToolException">Not a number, or out of range.</exception>
    public static int Parse(string text, int minimum, int maximum, string what)
    {
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value))
            throw new ToolException($"{what} '{text}' is not a number");
        return value >= minimum && value <= maximum
            ? value
            : throw new ToolException($"{what} {text} is not in {minimum}…{maximum}");
    }

    /// <summary>Decimal, or hexadecimal after 0x.</summary>
    public static int ParseAnyBase(string text, int minimum, int maximum, string what)
    {
        if (!text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            return Parse(text, minimum, maximum, what);
        return int.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int value) && value >= minimum && value <= maximum
            ? value
            : throw new ToolException($"{what} {text} is not in {minimum}…{maximum}");
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
