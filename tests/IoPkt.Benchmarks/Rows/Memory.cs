using System.Globalization;
using IoPkt.Benchmarks.Contestants;
using IoPkt.Benchmarks.Harness;

namespace IoPkt.Benchmarks.Rows;

/// <summary>Resident memory of the daemon.</summary>
internal static class Memory
{
    /// <summary>A daemon that has been configured and has done nothing.</summary>
    public static async Task<Sample> IdleAsync(Contestant contestant, double seconds)
    {
        StartContestant fresh = (StartContestant)contestant;
        await using StackContestant stack = fresh.Create();
        await stack.StartOnAsync(fresh.Network).ConfigureAwait(false);
        await Task.Delay(TimeSpan.FromSeconds(1)).ConfigureAwait(false);
        return new Sample(ProcessUsage.Resident(stack.DaemonProcess) / 1e6, new Dictionary<string, double>());
    }

    /// <summary>What each of so many connections adds, the socket pair's memory in the kernel not counted.</summary>
    public static async Task<Sample> PerConnectionAsync(Contestant contestant, int connections)
    {
        int daemon = ((StackContestant)contestant).DaemonProcess;
        double before = ProcessUsage.Resident(daemon);
        using Child load = contestant.StartLoad("hold", connections.ToString(CultureInfo.InvariantCulture));
        await load.ReadLineAsync("load hold").ConfigureAwait(false);
        double held = ProcessUsage.Resident(daemon);
        load.CloseInput();
        await load.FinishAsync("load hold").ConfigureAwait(false);
        return new Sample((held - before) / connections, new Dictionary<string, double> { ["MB before"] = before / 1e6, ["MB held"] = held / 1e6 });
    }
}
