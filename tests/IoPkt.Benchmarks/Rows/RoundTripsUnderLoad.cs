using System.Globalization;
using IoPkt.Benchmarks.Contestants;
using IoPkt.Benchmarks.Harness;

namespace IoPkt.Benchmarks.Rows;

/// <summary>What a small exchange suffers from a large one.</summary>
internal static class RoundTripsUnderLoad
{
    public static async Task<Sample> MeasureAsync(Contestant contestant, double seconds)
    {
        string enough = (seconds + 5).ToString(CultureInfo.InvariantCulture);
        using Child bulk = contestant.StartLoad("send", enough, "1");
        await Task.Delay(300).ConfigureAwait(false);
        return await contestant.LoadAsync("rr", seconds.ToString(CultureInfo.InvariantCulture)).ConfigureAwait(false);
    }
}
