using System.Globalization;
using IoPkt.Benchmarks.Rows;
using Spectre.Console;

namespace IoPkt.Benchmarks.Reports;

/// <summary>The table that a person reads.</summary>
internal static class ConsoleReport
{
    public static void Print(Result result, EarlierRun? earlier)
    {
        Table table = new Table().Border(TableBorder.Rounded).Title(Markup.Escape($"{result.Row.Name}: {result.Row.Description}"));
        table.AddColumn("stack").AddColumn(Markup.Escape(result.Row.Unit)).AddColumn("±").AddColumn("of floor").AddColumn("of kernel").AddColumn("beside");
        foreach (Entry entry in result.Entries)
        {
            table.AddRow(entry.Contestant, Text(entry.Median), $"{entry.Spread * 100:0} %", Against("floor"), Against("kernel"), Markup.Escape(Beside(entry)));

            string Against(string baseline) => result.Entries.FirstOrDefault(e => e.Contestant.StartsWith(baseline, StringComparison.Ordinal)) is { } other && other != entry
                && result.Ratio(entry.Contestant, other.Contestant) is { } ratio ? Text(ratio) : "";
        }
        AnsiConsole.Write(table);
        foreach (Aim aim in result.Row.Aims)
        {
            if (result.Ratio(aim.Contestant, aim.Baseline) is not { } ratio)
                continue;
            string verdict = result.Meets(aim) ? "[green]met[/]" : "[red]missed[/]";
            AnsiConsole.MarkupLine($"  {verdict}: {aim.Contestant} {Text(ratio)} of {aim.Baseline}, aim {(result.Row.LessIsBetter ? "≤" : "≥")} {Text(aim.Ratio)}");
        }
        foreach (Regression regression in earlier?.Regressions(result) ?? [])
            Print(regression);
    }

    /// <summary>The last lines of a run: what its reader must not miss.</summary>
    public static void PrintVerdict(IReadOnlyList<Result> results, EarlierRun? earlier)
    {
        int aims = results.Sum(r => r.Row.Aims.Count(a => r.Ratio(a.Contestant, a.Baseline) is not null)), met = results.Sum(r => r.Row.Aims.Count(r.Meets));
        AnsiConsole.MarkupLine($"{met} of {aims} aims are met.");
        if (earlier is null)
            return;
        Regression[] regressions = [.. results.SelectMany(earlier.Regressions)];
        AnsiConsole.MarkupLine(regressions.Length == 0 ? "[green]Nothing fell[/] by more than 20 % since the earlier run." : $"[red]{regressions.Length} fell[/] by more than 20 % since the earlier run:");
        foreach (Regression regression in regressions)
            Print(regression);
    }

    private static void Print(Regression regression) => AnsiConsole.MarkupLine(
        $"  [red]fell[/]: {regression.Row}: {regression.Contestant} {Text(regression.Now)} of {regression.Baseline}, {Text(regression.Before)} before");

    private static string Beside(Entry entry)
    {
        List<string> notes = [];
        foreach (string name in (string[])["p99", "p999", "p50 ms", "p99 ms", "errors", "load s/GB", "stack s/GB", "server s/GB", "stack µs", "serving ms", "configured ms", "private MB", "MB held", "s to open"])
        {
            if (entry.TryDetail(name) is { } value)
                notes.Add($"{name} {Text(value)}");
        }
        if (entry.TryDetail("frames") is { } frames and > 0)
            notes.Add($"{Text(entry.Detail("allocated") / frames)} B/frame, {entry.Total("collections"):0} GC");
        return string.Join("; ", notes);
    }

    internal static string Text(double value) => value.ToString(value >= 1000 ? "0" : value >= 100 ? "0.0" : "0.00", CultureInfo.InvariantCulture);
}
