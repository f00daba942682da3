namespace IoPkt.Benchmarks.Reports;

/// <summary>The tables of <c>docs/performance.md</c>.</summary>
internal static class MarkdownReport
{
    private static readonly string[] s_percentiles = ["p50", "p99", "p999"];
    private static readonly string[] s_sizes = ["private MB", "MB held", "s to open", "serving ms", "configured ms"];
    private static readonly string[] s_costs = ["load s/GB", "stack s/GB", "server s/GB"];

    public static void Write(string path, string machine, IReadOnlyList<Result> results)
    {
        using StreamWriter file = new(path);
        file.WriteLine(machine);
        file.WriteLine();
        WriteTable(file, ["row", "unit", "medians ± half the spread", "aims"], results.Select(r => (string[])[$"`{r.Row.Name}`", r.Row.Unit, Medians(r), Aims(r)]));
        WriteTable(file, ["round trips, µs", "p50", "p99", "p99.9"], Details(results, s_percentiles));
        WriteTable(file, ["CPU seconds a gigabyte", "load", "stack", "server"], Details(results, s_costs));
        WriteTable(file, ["memory and start", .. s_sizes], Details(results, s_sizes));
        WriteTable(file, ["on the managed heap", "bytes a frame", "collections"],
            from result in results
            from entry in result.Entries
            where entry.TryDetail("frames") > 0
            select (string[])[Name(result, entry), ConsoleReport.Text(entry.Detail("allocated") / entry.Detail("frames")), ConsoleReport.Text(entry.Total("collections"))]);
    }

    private static string Medians(Result result) => string.Join("; ", result.Entries.Select(e => $"{e.Contestant} {ConsoleReport.Text(e.Median)} ± {e.Spread * 100:0} %"));

    private static string Aims(Result result) => string.Join("; ",
        from aim in result.Row.Aims
        let ratio = result.Ratio(aim.Contestant, aim.Baseline)
        where ratio is not null
        select $"{aim.Contestant} {ConsoleReport.Text(ratio.Value)} of {aim.Baseline} ({(result.Row.LessIsBetter ? "≤" : "≥")} {ConsoleReport.Text(aim.Ratio)}: {(result.Meets(aim) ? "met" : "missed")})");

    /// <summary>A line for each contestant of each row that knows one of these figures.</summary>
    private static IEnumerable<string[]> Details(IEnumerable<Result> results, string[] names) =>
        from result in results
        from entry in result.Entries
        where names.Any(n => entry.TryDetail(n) is not null)
        select (string[])[Name(result, entry), .. names.Select(n => entry.TryDetail(n) is { } value ? ConsoleReport.Text(value) : "–")];

    private static string Name(Result result, Entry entry) => $"`{result.Row.Name}` {entry.Contestant}";

    private static void WriteTable(StreamWriter file, string[] heads, IEnumerable<string[]> lines)
    {
        string[][] all = [.. lines];
        if (all.Length == 0)
            return;
        foreach (string[] line in (string[][])[heads, [.. heads.Select(_ => "---")], .. all])
            file.WriteLine($"| {string.Join(" | ", line)} |");
        file.WriteLine();
    }
}
