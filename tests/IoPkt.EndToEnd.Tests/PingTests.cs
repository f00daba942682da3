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
        await using StackUnderTest stack = await StackUnderTest.StartAsync();
        Assert.Contains("3 packets received, 0.0% packet loss", (await stack.ToolAsync("ping", "-c", "3", "-i", "0.2", StackUnderTest.KernelAddress)).Succeeded(), StringComparison.Ordinal);
        Assert.Contains("1 packets received", (await stack.ToolAsync("ping", "-c", "1", "127.0.0.1")).Succeeded(), StringComparison.Ordinal);
        Outcome dead = await stack.ToolAsync("ping", "-c", "1", "-w", "2", "10.1.0.77");
        Assert.NotEqual(0, dead.ExitCode);
        Assert.Contains("100.0% packet loss", dead.Output, StringComparison.Ordinal);
    }
}
