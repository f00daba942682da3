using System.Diagnostics;
using IoPkt.Benchmarks.Contestants;
using IoPkt.Benchmarks.Harness;

namespace IoPkt.Benchmarks.Rows;

/// <summary>A daemon from its exec until somebody on the kernel's side has had an answer to a ping; its address is configured over the management protocol as soon as it takes it.</summary>
internal static class StartUp
{
    public static async Task<Sample> MeasureAsync(Contestant contestant, double seconds)
    {
        VariantContestant variant = (VariantContestant)contestant;
        using Child ping = variant.StartLoad("ping", "10");
        long start = Stopwatch.GetTimestamp();
        using StackDaemon daemon = variant.Exec();
        await daemon.WaitForServiceAsync().ConfigureAwait(false);
        double serving = Elapsed();
        await variant.ConfigureAsync(daemon).ConfigureAwait(false);
        double configured = Elapsed();
        await ping.WriteLineAsync().ConfigureAwait(false);
        await ping.FinishAsync("load ping").ConfigureAwait(false);
        return new Sample(Elapsed(), new Dictionary<string, double> { ["serving ms"] = serving, ["configured ms"] = configured });

        double Elapsed() => Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
