using System.Globalization;
using System.Text.Json;
using IoPkt.Benchmarks.Contestants;
using IoPkt.Benchmarks.Harness;

namespace IoPkt.Benchmarks.Rows;

/// <summary>Memory of the daemon.</summary>
internal static class Memory
{
    /// <summary>A daemon that has been configured and has done nothing.</summary>
    public static async Task<Sample> IdleAsync(Contestant contestant, double seconds)
    {
        VariantContestant variant = (VariantContestant)contestant;
        using StackDaemon daemon = variant.Exec();
        daemon.Discard();
        await variant.ConfigureAsync(daemon).ConfigureAwait(false);
        await Task.Delay(TimeSpan.FromSeconds(1)).ConfigureAwait(false);
        (double resident, double own) = ProcessUsage.Memory(daemon.Process);
        return new Sample(resident / 1e6, new Dictionary<string, double> { ["private MB"] = own / 1e6 });
    }

    /// <summary>What each of so many connections adds, the socket pair's memory in the kernel not counted. The daemon is a new one: what connections leave behind serves the next ones.</summary>
    public static async Task<Sample> PerConnectionAsync(Contestant contestant, int connections)
    {
        StackContestant stack = await ((StackContestant)contestant).StartAnotherAsync().ConfigureAwait(false);
        await using (stack.ConfigureAwait(false))
        {
            // One address hasn't ports enough.
            await stack.Network.RunAsync("ip", "route", "add", "local", "10.9.0.16/28", "dev", "lo").ConfigureAwait(false);
            double before = ProcessUsage.Memory(stack.DaemonProcess).Resident;
            using Child load = stack.StartLoad("hold", connections.ToString(CultureInfo.InvariantCulture), "10.9.0.16");
            string opened = await load.ReadLineAsync("load hold").ConfigureAwait(false);
            double held = ProcessUsage.Memory(stack.DaemonProcess).Resident;
            load.CloseInput();
            await load.FinishAsync("load hold").ConfigureAwait(false);
            return new Sample((held - before) / connections, new Dictionary<string, double>
            {
                ["MB before"] = before / 1e6,
                ["MB held"] = held / 1e6,
                ["s to open"] = JsonSerializer.Deserialize<Dictionary<string, double>>(opened)!["seconds"],
            });
        }
    }
}
