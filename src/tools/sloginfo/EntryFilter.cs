using IoPkt.Wire.Management;

namespace IoPkt.Tools.Sloginfo;

/// <summary>Which entries are wanted: <c>-m</c> and <c>-s</c>.</summary>
internal sealed class EntryFilter
{
    private const int LowestSeverity = 7;

    private readonly List<(int Major, int? Minor)> _codes = [];
    private readonly int _severity = LowestSeverity;

    /// <exception cref="ToolException">A code or a severity makes no sense.</exception>
    public EntryFilter(OptionParser options)
    {
        if (options.Value('s') is { } severity)
            _severity = Numbers.Parse(severity, 0, LowestSeverity, "severity");
        foreach ((_, string code) in options.Options.Where(o => o.Option == 'm'))
        {
            string[] parts = code.Split(',', 2);
            _codes.Add((Numbers.ParseAnyBase(parts[0], 0, 0xfffff, "major code"), parts.Length > 1 ? Numbers.ParseAnyBase(parts[1], 0, 0xfff, "minor code") : null));
        }
    }

    public bool Includes(LogEntryInfo entry) =>
        entry.Severity <= _severity && (_codes.Count == 0 || _codes.Exists(c => c.Major == entry.Major && (c.Minor ?? entry.Minor) == entry.Minor));
}
