using System.Globalization;
using System.Text.RegularExpressions;
using IoPkt.EndToEnd.Tests.Harness;
using Xunit;

namespace IoPkt.EndToEnd.Tests;

/// <summary>Two kernels, each at the end of a TAP, with the stack as the router between them.</summary>
public sealed partial class ForwardingTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Kernels_talk_through_the_stack(bool fast)
    {
        Requires.Tap();
        Requires.Root();
        Requires.Programs("ping", "iperf3", "ip");
        NetworkNamespace left = await NetworkNamespace.CreateAsync();
        using NetworkNamespace right = await NetworkNamespace.CreateAsync();
        await using StackUnderTest router = await StackUnderTest.StartWithAsync(left, ",forward", "-d", "tap", "if=left,host=10.1.0.1/24", "-d", "tap", "if=right");
        (await left.RunAsync("ip", "link", "set", "right", "netns", right.HolderId.ToString(CultureInfo.InvariantCulture))).Succeeded();
        (await right.RunAsync("sh", "-c", "ip addr add 10.2.0.1/24 dev right; ip link set right up; ip link set lo up; ip route add default via 10.2.0.254")).Succeeded();
        (await left.RunAsync("ip", "route", "add", "10.2.0.0/24", "via", "10.1.0.254")).Succeeded();
        (await router.ToolAsync("ifconfig", "tap0", "10.1.0.254/24")).Succeeded();
        (await router.ToolAsync("ifconfig", "tap1", "10.2.0.254/24")).Succeeded();

        if (!fast)
            (await router.ToolAsync("sysctl", "-w", "net.inet.ip.fastforward=0")).Succeeded();

        string pinged = (await left.RunAsync("ping", "-q", "-c", "1000", "-i", "0.001", "-W", "2", "10.2.0.1")).Succeeded();
        Assert.Contains(" 0% packet loss", pinged, StringComparison.Ordinal);
        Outcome spent = await left.RunAsync("ping", "-c", "1", "-t", "1", "-W", "2", "10.2.0.1");
        Assert.Contains("Time to live exceeded", spent.Output, StringComparison.Ordinal);

        using Command server = right.Start(null, "iperf3", "-s", "-1", "--forceflush");
        await server.WaitForOutputAsync("listening", TimeSpan.FromSeconds(10));
        (await left.RunAsync("iperf3", "-c", "10.2.0.1", "-t", "1", "--bidir")).Succeeded();

        string statistics = (await router.ToolAsync("netstat", "-s", "-p", "ip")).Succeeded();
        long fastForwarded = long.Parse(FastForwarded().Match(statistics).Groups[1].Value, CultureInfo.InvariantCulture);
        if (fast)
            Assert.True(fastForwarded > 1000, statistics);
        else
            Assert.Equal(0, fastForwarded);
    }

    [GeneratedRegex(@"(\d+) packets fast forwarded")]
    private static partial Regex FastForwarded();
}
