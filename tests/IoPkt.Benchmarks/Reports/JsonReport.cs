using System.Text.Json;
using System.Text.Json.Serialization;
using IoPkt.Benchmarks.Rows;

namespace IoPkt.Benchmarks.Reports;

/// <summary>Everything that was measured, for programs and for later.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static void Write(string path, string machine, double seconds, IReadOnlyList<Result> results) =>
        File.WriteAllText(path, JsonSerializer.Serialize(new { machine, seconds, rows = results.Select(Describe) }, s_options));

    private static object Describe(Result result) => new
    {
        result.Row.Name,
        result.Row.Description,
        result.Row.Unit,
        result.Row.LessIsBetter,
        contestants = result.Entries.ToDictionary(e => e.Contestant, e => new
        {
            e.Median,
            e.Spread,
            values = e.Samples.Select(s => s.Value),
            details = e.DetailNames.ToDictionary(n => n, e.Detail),
        }),
        aims = result.Row.Aims.Select(a => Describe(result, a)),
    };

    private static object Describe(Result result, Aim aim) =>
        new { aim.Contestant, aim.Baseline, aim = aim.Ratio, ratio = result.Ratio(aim.Contestant, aim.Baseline), met = result.Meets(aim) };
}
