using System.Globalization;
using System.Text.RegularExpressions;
using IoPkt.EndToEnd.Tests.Harness;
using Xunit;

namespace IoPkt.EndToEnd.Tests;

/// <summary>What a running daemon keeps of modules that came and went. The driver's device holds 1 MiB, so that one that stayed would be seen.</summary>
public sealed partial class ModuleMemoryTests
{
    private const int WarmUp = 5, Rounds = 15;

    [Fact]
    public async Task Drivers_and_protocols_that_come_and_go_leave_nothing_and_disturb_no_traffic()
    {
        Requires.Programs("ping");
        await using Daemons daemons = await Daemons.CreateAsync();
        string prefix = await daemons.StartAsync(0, "lo0 tap0", "-d", "tap", "host=10.1.0.1/24");
        (await daemons.ToolAsync(prefix, "ifconfig", "tap0", "10.1.0.2/24")).Succeeded();
        using Command traffic = daemons.Network.Start(null, "ping", "-i", "0.02", "-W", "10", "10.1.0.2");
        long before = 0;
        for (int i = 0; i < WarmUp + Rounds; i++)
        {
            if (i == WarmUp)
                before = Resident(daemons);
            (await daemons.ToolAsync(prefix, "mount", "-T", "io-pkt", "faulty")).Succeeded();
            (await daemons.ToolAsync(prefix, "mount", "-T", "io-pkt", "-o", "if=tap0", "lsm-echo.so")).Succeeded();
            (await daemons.ToolAsync(prefix, "umount", "-T", "io-pkt", "lsm-echo")).Succeeded();
            (await daemons.ToolAsync(prefix, "ifconfig", "faulty0", "destroy")).Succeeded();
        }
        Assert.InRange(Resident(daemons) - before, long.MinValue, (Rounds << 20) / 2);
        traffic.Signal(NativeMethods.Interrupt);
        Assert.Contains(" 0% packet loss", (await traffic.WaitAsync(TimeSpan.FromSeconds(20))).Output, StringComparison.Ordinal);
    }

    private static long Resident(Daemons daemons) =>
        long.Parse(VmRss().Match(File.ReadAllText($"/proc/{daemons.ProcessId(0)}/status")).Groups[1].Value, CultureInfo.InvariantCulture) * 1024;

    [GeneratedRegex(@"VmRSS:\s+(\d+) kB")]
    private static partial Regex VmRss();
}
