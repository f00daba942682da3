using System.Diagnostics;
using IoPkt.Benchmarks.Contestants;
using IoPkt.Benchmarks.Harness;

namespace IoPkt.Benchmarks.Rows;

/// <summary>A daemon from its exec until somebody on the kernel's side has had an answer to a ping; its address is configured over the management protocol as soon as it takes it.</summary>
internal static class StartUp
{
    public static async Task<Sample> MeasureAsync(Contestant contestant, double seconds)
    {
        StartContestant fresh = (StartContestant)contestant;
        await using StackContestant stack = fresh.Create();
        long start = Stopwatch.GetTimestamp();
        await stack.StartOnAsync(fresh.Network).ConfigureAwait(false);
        double configured = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        using Child ping = stack.StartLoad("ping", "10");
        await ping.FinishAsync("load ping").ConfigureAwait(false);
        return new Sample(Stopwatch.GetElapsedTime(start).TotalMilliseconds, new Dictionary<string, double> { ["configured ms"] = configured });
    }
}
