using IoPkt.EndToEnd.Tests.Harness;
using Xunit;

namespace IoPkt.EndToEnd.Tests;

public sealed class PingTests
{
    [Fact]
    public async Task A_burst_of_10000_from_the_kernel_loses_nothing()
    {
        Requires.Programs("ping");
        await using StackUnderTest stack = await StackUnderTest.StartAsync();
        string output = (await stack.OverKernelAsync("ping", "-q", "-f", "-c", "10000", StackUnderTest.StackAddress)).Succeeded();
        Assert.Contains("10000 received, 0% packet loss", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pings_of_20000_bytes_are_fragmented_both_ways()
    {
        Requires.Programs("ping");
        await using StackUnderTest stack = await StackUnderTest.StartAsync();
        string output = (await stack.OverKernelAsync("ping", "-q", "-c", "20", "-i", "0.05", "-s", "20000", StackUnderTest.StackAddress)).Succeeded();
        Assert.Contains("20 received, 0% packet loss", output, StringComparison.Ordinal);
        output = (await stack.ToolAsync("ping", "-c", "5", "-i", "0.2", "-s", "20000", StackUnderTest.KernelAddress)).Succeeded();
        Assert.Contains("5 packets received, 0.0% packet loss", output, StringComparison.Ordinal);
        Assert.Contains("25 packets reassembled ok", (await stack.ToolAsync("netstat", "-s", "-p", "ip")).Succeeded(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_stack_pings_the_kernel_itself_and_reports_what_does_not_answer()
    {
        Requires.Programs("timeout");
        await using StackUnderTest stack = await StackUnderTest.StartAsync();
        Assert.Contains("3 packets received, 0.0% packet loss", (await stack.ToolAsync("ping", "-c", "3", "-i", "0.2", StackUnderTest.KernelAddress)).Succeeded(), StringComparison.Ordinal);
        Assert.Contains("1 packets received", (await stack.ToolAsync("ping", "-c", "1", "127.0.0.1")).Succeeded(), StringComparison.Ordinal);
        // -w ends it also after the last request, whose answer is waited for for ten seconds otherwise.
        Outcome dead = await stack.Network.RunAsync(TimeSpan.FromMinutes(1), stack.Environment, "timeout", "9", Installation.Tool("ping"), "-c", "1", "-w", "1", "10.1.0.77");
        Assert.Equal(2, dead.ExitCode);
        Assert.Contains("1 packets transmitted, 0 packets received, 100.0% packet loss", dead.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task W_is_the_end_whatever_is_still_to_be_sent()
    {
        await using RunningDaemon daemon = await RunningDaemon.StartAsync([], "");
        string answered = (await daemon.ToolAsync("ping", "-i", "0.1", "-c", "1000", "-w", "1", "127.0.0.1")).Succeeded();
        Assert.Matches(@"\n(\d{1,2}) packets transmitted, \1 packets received, 0\.0% packet loss\n", answered);
        Assert.Contains("packets received", (await daemon.ToolAsync("ping", "-w", "0.5", "127.0.0.1")).Succeeded(), StringComparison.Ordinal);
        foreach (string wrong in (string[])["", "-1", "0", "soon", "99999999999"])
        {
            Outcome refused = await daemon.ToolAsync("ping", "-w", wrong, "127.0.0.1");
            Assert.Equal(1, refused.ExitCode);
            Assert.Contains("deadline", refused.Error, StringComparison.Ordinal);
        }
    }
}
