using System.Globalization;
using System.Text.RegularExpressions;
using IoPkt.EndToEnd.Tests.Harness;
using Xunit;

namespace IoPkt.EndToEnd.Tests;

/// <summary>Two kernels, each at the end of a TAP, with the stack as the router between them.</summary>
public sealed partial class ForwardingTests
{
    /// <summary>fastforward brings forwarding with it, and forward the fast way; only both words together have the one without the other.</summary>
    [Theory]
    [InlineData(",forward", true)]
    [InlineData(",fastforward=1", true)]
    [InlineData(",forward,fastforward=0", false)]
    public async Task Kernels_talk_through_the_stack(string options, bool fast)
    {
        Requires.Tap();
        Requires.Root();
        Requires.Programs("ping", "iperf3", "ip");
        NetworkNamespace left = await NetworkNamespace.CreateAsync();
        using NetworkNamespace right = await NetworkNamespace.CreateAsync();
        await using StackUnderTest router = await StackUnderTest.StartWithAsync(left, options, "-d", "tap", "if=left,host=10.1.0.1/24", "-d", "tap", "if=right");
        (await left.RunAsync("ip", "link", "set", "right", "netns", right.HolderId.ToString(CultureInfo.InvariantCulture))).Succeeded();
        (await right.RunAsync("sh", "-c", "ip addr add 10.2.0.1/24 dev right; ip link set right up; ip link set lo up; ip route add default via 10.2.0.254")).Succeeded();
        (await left.RunAsync("ip", "route", "add", "10.2.0.0/24", "via", "10.1.0.254")).Succeeded();
        (await router.ToolAsync("ifconfig", "tap0", "10.1.0.254/24")).Succeeded();
        (await router.ToolAsync("ifconfig", "tap1", "10.2.0.254/24")).Succeeded();

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

        // Both directions of what goes on are in the flow cache.
        using Command going = left.Start(null, "ping", "-q", "-i", "0.05", "10.2.0.1");
        string[] expected = fast ? [@"^10\.1\.0\.1 +10\.2\.0\.1 +tap0 +tap1 +([0-9a-f]{2}:){5}[0-9a-f]{2} +1500 +[0-3]$", @"^10\.2\.0\.1 +10\.1\.0\.1 +tap1 +tap0 "] : [];
        await StackUnderTest.EventuallyAsync(async () =>
        {
            string flows = (await router.ToolAsync("netstat", "-Fn")).Succeeded(), count = (await router.ToolAsync("sysctl", "-n", "net.inet.ip.flows")).Succeeded();
            string[] lines = flows.Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..];
            return (lines.Length == expected.Length && count == $"{expected.Length}\n" && expected.Zip(lines).All(p => Regex.IsMatch(p.Second, p.First)), flows);
        });
    }

    [Theory]
    [InlineData("")]
    [InlineData(",fastforward=0")]
    public async Task Without_forward_nothing_passes(string options)
    {
        Requires.Programs("ping", "ip");
        await using StackUnderTest stack = await StackUnderTest.StartAsync(tcpipOptions: options);
        (await stack.OverKernelAsync("ip", "route", "add", "10.9.0.0/24", "via", StackUnderTest.StackAddress)).Succeeded();
        Assert.Contains("100% packet loss", (await stack.OverKernelAsync("ping", "-c", "1", "-W", "1", "10.9.0.5")).Output, StringComparison.Ordinal);
        Assert.Equal("0\n", (await stack.ToolAsync("sysctl", "-n", "net.inet.ip.forwarding")).Succeeded());
        Assert.Contains("\t1 packet not forwardable", (await stack.ToolAsync("netstat", "-s", "-p", "ip")).Succeeded().Replace("packets", "packet", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    /// <summary>A packet that leaves where it came from: its sender could have asked the better router itself, and is told so.</summary>
    [Fact]
    public async Task A_kernel_that_asks_the_wrong_router_is_redirected_to_the_right_one()
    {
        Requires.Root();
        Requires.Programs("ping", "ip");
        await using StackUnderTest stack = await StackUnderTest.StartAsync(tcpipOptions: ",forward");
        (await stack.OverKernelAsync("ip", "route", "add", "10.9.0.0/24", "via", StackUnderTest.StackAddress)).Succeeded();
        // Nobody need be there for this; but a kernel believes only in a router that it has found.
        (await stack.OverKernelAsync("ip", "neigh", "add", "10.1.0.3", "lladdr", "02:00:00:00:00:03", "dev", "iopkt0p0")).Succeeded();
        (await stack.ToolAsync("arp", "-s", "10.1.0.3", "02:00:00:00:00:03")).Succeeded();
        (await stack.ToolAsync("route", "add", "10.9/24", "10.1.0.3")).Succeeded();
        Outcome pinged = await stack.OverKernelAsync("ping", "-c", "1", "-W", "1", "10.9.0.5");
        Assert.Matches(@"From 10\.1\.0\.2:? .*Redirect Host.*10\.1\.0\.3", pinged.Output);
        Assert.Contains("via 10.1.0.3", (await stack.OverKernelAsync("ip", "route", "get", "10.9.0.5")).Succeeded(), StringComparison.Ordinal);
        Assert.Matches(@"\t[1-9]\d* redirects sent", (await stack.ToolAsync("netstat", "-s", "-p", "ip")).Succeeded());
    }

    [GeneratedRegex(@"(\d+) packets fast forwarded")]
    private static partial Regex FastForwarded();
}
