using System.Text.Json;
using IoPkt.Benchmarks.Harness;

namespace IoPkt.Benchmarks.Reports;

/// <summary>A contestant that does worse beside the same baseline than it did.</summary>
internal sealed record Regression(string Row, string Contestant, string Baseline, double Before, double Now);

/// <summary>What <see cref="JsonReport"/> wrote of another run. The machine drifts, so only the ratios of the two are compared.</summary>
internal sealed class EarlierRun
{
    /// <summary>More than the spread of most rows.</summary>
    private const double Tolerance = 0.2;

    private static readonly string[] s_baselines = ["floor", "kernel"];

    private readonly Dictionary<string, Dictionary<string, double>> _medians;

    private EarlierRun(Dictionary<string, Dictionary<string, double>> medians) => _medians = medians;

    /// <exception cref="BenchmarkException">There's no such file, or it isn't one that <c>--json</c> wrote.</exception>
    public static EarlierRun Read(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
            return new EarlierRun(document.RootElement.GetProperty("rows").EnumerateArray().ToDictionary(
                row => row.GetProperty("name").GetString()!,
                row => row.GetProperty("contestants").EnumerateObject().ToDictionary(c => c.Name, c => c.Value.GetProperty("median").GetDouble())));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new BenchmarkException($"--against {path}: {e.Message} It must be a file that --json has written");
        }
    }

    public IEnumerable<Regression> Regressions(Result result)
    {
        if (!_medians.TryGetValue(result.Row.Name, out Dictionary<string, double>? medians))
            yield break;
        foreach (Entry entry in result.Entries.Where(e => !IsBaseline(e.Contestant)))
        {
            foreach (string baseline in result.Entries.Select(e => e.Contestant).Where(IsBaseline))
            {
                if (result.Ratio(entry.Contestant, baseline) is not { } now || !medians.TryGetValue(entry.Contestant, out double median)
                    || !medians.TryGetValue(baseline, out double other) || other == 0)
                    continue;
                double before = median / other;
                if (result.Row.LessIsBetter ? now > before * (1 + Tolerance) : now < before * (1 - Tolerance))
                    yield return new Regression(result.Row.Name, entry.Contestant, baseline, before, now);
            }
        }
    }

    private static bool IsBaseline(string contestant) => s_baselines.Contains(contestant.Split('-')[0]);
}
