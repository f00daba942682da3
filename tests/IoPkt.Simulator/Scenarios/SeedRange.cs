using System.Globalization;

namespace IoPkt.Simulator;

/// <summary>Seeds from <paramref name="First"/> to before <paramref name="End"/>.</summary>
internal readonly record struct SeedRange(int First, int End)
{
    public int Count => End - First;

    /// <summary>"7" is one seed, "0..1000" a thousand.</summary>
    public static bool TryParse(string text, out SeedRange range)
    {
        int at = text.IndexOf("..", StringComparison.Ordinal);
        range = default;
        if (!int.TryParse(at < 0 ? text : text[..at], NumberStyles.None, CultureInfo.InvariantCulture, out int first))
            return false;
        int end = first + 1;
        if (at >= 0 && !int.TryParse(text[(at + 2)..], NumberStyles.None, CultureInfo.InvariantCulture, out end))
            return false;
        range = new SeedRange(first, end);
        return end > first;
    }
}
