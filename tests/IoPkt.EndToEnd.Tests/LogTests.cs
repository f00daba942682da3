using IoPkt.EndToEnd.Tests.Harness;
using Xunit;

namespace IoPkt.EndToEnd.Tests;

/// <summary>The log: on the console with <c>-v</c> and not without, and by sloginfo, which follows it with <c>-w</c>.</summary>
public sealed class LogTests
{
    [Fact]
    public async Task Sloginfo_w_follows_the_log_until_it_is_interrupted()
    {
        await using Daemons daemons = await Daemons.CreateAsync();
        string prefix = await daemons.StartAsync(0, "lo0");
        using Command following = daemons.Network.Start(new Dictionary<string, string?>(daemons.Environment) { ["SOCK"] = prefix }, Installation.Tool("sloginfo"), "-w", "-s", "5");
        await following.WaitForOutputAsync("serving sockets at", TimeSpan.FromSeconds(10));
        Assert.StartsWith("Time             Sev Major Minor Args\n", following.Output, StringComparison.Ordinal);
        for (int i = 0; i < 3; i++)
        {
            (await daemons.ToolAsync(prefix, "mount", "-T", "io-pkt", "-o", $"unit={i}", "faulty")).Succeeded();
            await following.WaitForOutputAsync($"    5    14     0 faulty{i}: address ", TimeSpan.FromSeconds(10));
        }
        // Each entry once.
        Assert.Single(following.Output.Split('\n'), l => l.Contains("faulty0: address", StringComparison.Ordinal));
        following.Signal(NativeMethods.Interrupt);
        Outcome end = await following.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal((130, ""), (end.ExitCode, end.Error));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task V_shows_the_log_on_the_console_too_for_as_long_as_the_daemon_runs(bool verbose)
    {
        Requires.Tap();
        using NetworkNamespace network = await NetworkNamespace.CreateAsync();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("io-pkt-test-");
        string prefix = Path.Combine(folder.FullName, "alt");
        Dictionary<string, string?> environment = new() { ["SOCK"] = prefix, ["IOPKT_LIBRARY_PATH"] = Installation.TestModules };
        // In the background, as from a shell, whose standard error it keeps with -v.
        string[] options = verbose ? ["-v"] : [];
        using Command daemon = network.Start(environment, ["sh", "-c", "\"$@\"; sleep 30", "sh", Installation.Daemon, .. options, "-d", "nosuch", "-d", "faulty", "-p", "tcpip", $"prefix={prefix}"]);
        try
        {
            await StackUnderTest.EventuallyAsync(async () =>
            {
                Outcome list = await network.RunAsync(TimeSpan.FromSeconds(10), environment, Installation.Tool("ifconfig"), "-l");
                return (list.Output == "lo0 faulty0\n", list.Error + daemon.Error);
            });
            (await network.RunAsync(TimeSpan.FromSeconds(10), environment, Installation.Tool("ifconfig"), "faulty0", "destroy")).Succeeded();
            string log = (await network.RunAsync(TimeSpan.FromSeconds(10), environment, Installation.Tool("sloginfo"))).Succeeded();
            Assert.Contains("faulty0: destroyed", log, StringComparison.Ordinal);
            // What is wrong with the command line is shown in any case; the rest, and what comes later, is -v's.
            await StackUnderTest.EventuallyAsync(() => Task.FromResult((
                daemon.Error.Contains("-d nosuch: no module nosuch", StringComparison.Ordinal) && daemon.Error.Contains("faulty0: destroyed", StringComparison.Ordinal) == verbose, daemon.Error)));
            Assert.Equal(verbose, daemon.Error.Contains("faulty0: address", StringComparison.Ordinal));
        }
        finally
        {
            await BackgroundDaemon.StopAsync(network, prefix);
            folder.Delete(recursive: true);
        }
    }
}
