using IoPkt.EndToEnd.Tests.Harness;
using Xunit;

namespace IoPkt.EndToEnd.Tests;

/// <summary>The daemon really crashes, with <c>-S</c> and without: what's left of it, and of its clients.</summary>
public sealed class FaultTests
{
    private const int SegmentationFault = 11, Abort = 6;

    [Theory]
    [InlineData(SegmentationFault, false)]
    [InlineData(SegmentationFault, true)]
    [InlineData(Abort, false)]
    [InlineData(NativeMethods.KillNow, false)]
    public async Task After_a_fault_the_names_are_gone_unless_with_S(int signal, bool noHandler)
    {
        await using RunningDaemon daemon = await RunningDaemon.StartAsync(noHandler ? ["-S"] : [], "");
        await CrashAsync(daemon.Process, signal);
        await AssertNamesAsync(daemon, left: noHandler);
    }

    /// <summary>A fault of native code, as a driver's library would have it; the dump is made as ever.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_fault_in_native_code_leaves_a_core_dump(bool noHandler)
    {
        Requires.Root();
        string pattern = (await File.ReadAllTextAsync("/proc/sys/kernel/core_pattern", TestContext.Current.CancellationToken)).Trim();
        Assert.SkipUnless(!pattern.Contains('/') && !pattern.StartsWith('|'), $"core dumps of this host go elsewhere: {pattern}");
        await using RunningDaemon daemon = await RunningDaemon.StartAsync(noHandler ? ["-S"] : [], "",
            ["sh", "-c", $"cd {Path.GetTempPath()} && d=$(mktemp -d io-pkt-core-XXXXXX) && cd $d && ulimit -c unlimited && exec \"$@\"", "sh"]);
        string cwd = new FileInfo($"/proc/{daemon.Process.Id}/cwd").LinkTarget!;
        try
        {
            NativeFault.Plant(daemon.Process.Id);
            // Any request brings a packet thread back to its wait.
            _ = await daemon.ToolAsync("sysctl", "kern.hostname");
            Outcome end = await daemon.Process.WaitAsync(TimeSpan.FromSeconds(60));
            Assert.Contains(end.ExitCode, (int[])[128 + SegmentationFault, 128 + Abort]);
            Assert.Contains(Directory.EnumerateFiles(cwd), f => Path.GetFileName(f).StartsWith("core", StringComparison.Ordinal) && new FileInfo(f).Length > 0);
            await AssertNamesAsync(daemon, left: noHandler);
        }
        finally
        {
            Directory.Delete(cwd, recursive: true);
        }
    }

    [Fact]
    public async Task A_crash_takes_the_device_away_and_resets_clients_and_the_next_start_works()
    {
        Requires.Preload();
        Requires.Programs("nc");
        await using StackUnderTest stack = await StackUnderTest.StartAsync();
        using Command client = stack.StartOverStack("nc", "-l", "-p", "4000");
        await Task.Delay(300, TestContext.Current.CancellationToken);
        await CrashAsync(stack.Daemon, SegmentationFault);
        await client.WaitAsync(TimeSpan.FromSeconds(5));
        Assert.DoesNotContain("iopkt", (await stack.Network.RunAsync("cat", "/proc/net/dev")).Succeeded(), StringComparison.Ordinal);
        stack.Daemon.Dispose();
        await stack.StartDaemonAsync();
        Assert.Contains("tap0", (await stack.ToolAsync("ifconfig", "-l")).Succeeded(), StringComparison.Ordinal);
    }

    /// <summary>.NET's runtime lets the first fault signal that comes from outside go by, and leaves the next one to the system.</summary>
    private static async Task CrashAsync(Command process, int signal)
    {
        for (int i = 0; i < 10 && !process.HasExited; i++)
        {
            process.Signal(signal);
            await Task.Delay(300, TestContext.Current.CancellationToken);
        }
        Assert.Equal(128 + signal, (await process.WaitAsync(TimeSpan.FromSeconds(30))).ExitCode);
    }

    private static async Task AssertNamesAsync(RunningDaemon daemon, bool left)
    {
        if (left)
        {
            await Task.Delay(500, TestContext.Current.CancellationToken);
            Assert.True(File.Exists(daemon.Entry));
            return;
        }
        await StackUnderTest.EventuallyAsync(() => Task.FromResult((!Directory.Exists(daemon.Prefix), $"{daemon.Prefix} is still there")), seconds: 5);
        Outcome tool = await daemon.ToolAsync("ifconfig", "-a");
        Assert.NotEqual(0, tool.ExitCode);
    }
}
