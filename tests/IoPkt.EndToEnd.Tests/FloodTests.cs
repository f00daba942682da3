using System.Globalization;
using System.Text.RegularExpressions;
using IoPkt.EndToEnd.Tests.Harness;
using Xunit;

namespace IoPkt.EndToEnd.Tests;

/// <summary>A user who takes all the sockets that the daemon can have.</summary>
public sealed partial class FloodTests
{
    private const int Descriptors = 400;

    private const string Flood = """
        import errno, os, socket, time
        os.setgroups([])
        os.setuid(65534)
        taken = []
        try:
            while True:
                taken.append(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        except OSError as e:
            print("refused after", len(taken), errno.errorcode[e.errno], flush=True)
        time.sleep(60)
        """;

    [Fact]
    public async Task Some_are_left_for_the_administrator_and_all_come_back()
    {
        Requires.Preload();
        Requires.Root();
        Requires.Programs("prlimit", "python3");
        await using StackUnderTest stack = await StackUnderTest.StartAsync(under: ["prlimit", $"--nofile={Descriptors}:{Descriptors}"]);
        for (int round = 0; round < 2; round++)
        {
            using (Command flood = stack.StartOverStack("python3", "-c", Flood))
            {
                await flood.WaitForOutputAsync("refused after", TimeSpan.FromSeconds(60));
                Assert.InRange(int.Parse(Taken().Match(flood.Output).Groups[1].Value, CultureInfo.InvariantCulture), 100, Descriptors);
                Assert.Contains("tap0", (await stack.ToolAsync("ifconfig", "-l")).Succeeded(), StringComparison.Ordinal);
                (await stack.ToolAsync("ping", "-c", "1", StackUnderTest.KernelAddress)).Succeeded();
            }
            await StackUnderTest.EventuallyAsync(async () =>
            {
                string sockets = (await stack.ToolAsync("netstat", "-an")).Succeeded();
                return (!sockets.Contains("udp", StringComparison.Ordinal), sockets);
            });
        }
    }

    [GeneratedRegex(@"refused after (\d+)")]
    private static partial Regex Taken();
}
