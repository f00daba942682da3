using IoPkt.Benchmarks.Contestants;
using IoPkt.Benchmarks.Rows;

namespace IoPkt.Benchmarks.Reports;

/// <summary>All samples of one contestant in one row.</summary>
internal sealed record Entry(string Contestant, IReadOnlyList<Sample> Samples)
{
    public double Median => MedianOf(Samples.Select(s => s.Value));

    /// <summary>Half the distance between the extremes, over the median.</summary>
    public double Spread => Median == 0 ? 0 : (Samples.Max(s => s.Value) - Samples.Min(s => s.Value)) / 2 / Median;

    public IEnumerable<string> DetailNames => Samples[0].Details.Keys;

    public double Detail(string name) => MedianOf(Samples.Select(s => s.Details[name]));

    public double Total(string name) => Samples.Sum(s => s.Details[name]);

    public double? TryDetail(string name) => Samples[0].Details.ContainsKey(name) ? Detail(name) : null;

    private static double MedianOf(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 != 0 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}

/// <summary>One row's outcome.</summary>
internal sealed record Result(Row Row, IReadOnlyList<Entry> Entries)
{
    /// <summary>The median over another contestant's; <c>null</c> when it didn't take part.</summary>
    public double? Ratio(string contestant, string baseline)
    {
        Entry? one = Entries.FirstOrDefault(e => e.Contestant == contestant), other = Entries.FirstOrDefault(e => e.Contestant == baseline);
        return one is null || other is null || other.Median == 0 ? null : one.Median / other.Median;
    }

    public bool Meets(Aim aim) => Ratio(aim.Contestant, aim.Baseline) is { } ratio && (Row.LessIsBetter ? ratio <= aim.Ratio : ratio >= aim.Ratio);
}
