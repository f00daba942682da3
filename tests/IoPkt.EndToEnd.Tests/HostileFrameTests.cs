using System.Text.RegularExpressions;
using IoPkt.EndToEnd.Tests.Harness;
using Xunit;

namespace IoPkt.EndToEnd.Tests;

public sealed partial class HostileFrameTests
{
    /// <summary>A million random and mutated frames into the TAP: it grows by nothing, and still answers.</summary>
    [Fact]
    public async Task A_million_bad_frames_do_no_harm()
    {
        Requires.Tap();
        Requires.Programs("ping", "ip");
        await using StackUnderTest stack = await StackUnderTest.StartAsync("host=10.1.0.1/24,if=wire0");
        string station = MacAddress().Match((await stack.ToolAsync("ifconfig", "tap0")).Succeeded()).Groups[1].Value;
        Outcome sent = await stack.Network.RunAsync(TimeSpan.FromMinutes(4), null, Installation.Peer, "hostile", "wire0", "--count", "1000000", "--station", station, "--destination", StackUnderTest.StackAddress);
        sent.Succeeded();
        Assert.False(stack.Daemon.HasExited);
        Assert.Contains("3 received", (await stack.OverKernelAsync("ping", "-c", "3", "-i", "0.2", StackUnderTest.StackAddress)).Succeeded(), StringComparison.Ordinal);
        await StackUnderTest.EventuallyAsync(async () =>
        {
            long buffers = await stack.BuffersInUseAsync();
            return (buffers <= 64, $"{buffers} buffers in use");
        }, seconds: 60);
        Assert.DoesNotContain("xception", stack.Daemon.Error, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"address: ([0-9a-f:]{17})")]
    private static partial Regex MacAddress();
}
