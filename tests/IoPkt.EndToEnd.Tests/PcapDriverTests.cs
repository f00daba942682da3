using IoPkt.EndToEnd.Tests.Harness;
using Xunit;

namespace IoPkt.EndToEnd.Tests;

/// <summary>devnp-pcap: live on one end of a veth, recording, and replaying what it recorded.</summary>
public sealed class PcapDriverTests
{
    [Fact]
    public async Task A_live_capture_carries_the_stack_and_its_recording_replays()
    {
        Requires.Tap();
        Requires.Root();
        Requires.Programs("ping", "ip", "tcpdump");
        NetworkNamespace near = await NetworkNamespace.CreateAsync();
        using NetworkNamespace far = await NetworkNamespace.CreateAsync();
        (await near.RunAsync("sh", "-c", $"ip link add va type veth peer name vb netns {far.HolderId}; ip link set va up")).Succeeded();
        (await far.RunAsync("sh", "-c", "ip addr add 10.5.0.1/24 dev vb; ip link set vb up; ip link set lo up")).Succeeded();
        string recording = Path.Combine(Path.GetTempPath(), $"io-pkt-{Guid.NewGuid():N}.pcap");
        try
        {
            const string mac = "02:00:00:00:05:02";
            await using (StackUnderTest stack = await StackUnderTest.StartWithAsync(near, "", "-d", "pcap", $"if=va,mac={mac},write={recording}"))
            {
                (await stack.ToolAsync("ifconfig", "pcap0", "10.5.0.2/24")).Succeeded();
                string pinged = (await far.RunAsync("ping", "-q", "-c", "50", "-i", "0.02", "-W", "2", "10.5.0.2")).Succeeded();
                Assert.Contains("50 received, 0% packet loss", pinged, StringComparison.Ordinal);
                Assert.DoesNotContain("duplicates", pinged, StringComparison.Ordinal);
            }
            string requests = (await Command.RunAsync(TimeSpan.FromSeconds(10), null, "tcpdump", "-nr", recording, "icmp[0] = 8")).Succeeded();
            Assert.Equal(50, requests.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);

            // The requests come again, twice, out of the file; the stack answers them as it did.
            await using StackUnderTest replay = await StackUnderTest.StartWithAsync(await NetworkNamespace.CreateAsync(), "", "-d", "pcap", $"read={recording},mac={mac},speed=0,loop=2");
            (await replay.ToolAsync("ifconfig", "pcap0", "10.5.0.2/24")).Succeeded();
            await StackUnderTest.EventuallyAsync(async () =>
            {
                string statistics = (await replay.ToolAsync("netstat", "-s", "-p", "icmp")).Succeeded();
                return (statistics.Contains("100 echo requests received", StringComparison.Ordinal), statistics);
            });
        }
        finally
        {
            File.Delete(recording);
        }
    }

    [Theory]
    [InlineData("", "one of the options if=NAME")]
    [InlineData("if=va,read=/dev/null", "one of the options if=NAME")]
    [InlineData("read=/nothing/there", "there is no such file")]
    [InlineData("read=/etc/passwd", "option read=/etc/passwd")]
    [InlineData("if=nothere", "nothing of that name can be captured from")]
    [InlineData("read=/dev/null,speed=-1", "option speed=-1")]
    [InlineData("read=/dev/null,loop=often", "option loop=often")]
    [InlineData("if=va,speed=2", "they go with read=FILE")]
    [InlineData("if=va,write=/nothing/there", "option write=/nothing/there")]
    public async Task A_wrong_option_is_named(string options, string message)
    {
        Requires.Tap();
        Requires.Root();
        NetworkNamespace near = await NetworkNamespace.CreateAsync();
        (await near.RunAsync("sh", "-c", "ip link add va type veth peer name vb; ip link set va up")).Succeeded();
        string[] drivers = options.Length == 0 ? ["-d", "pcap"] : ["-d", "pcap", options];
        await using StackUnderTest stack = await StackUnderTest.StartWithAsync(near, "", drivers);
        await StackUnderTest.EventuallyAsync(() => Task.FromResult((stack.Daemon.Error.Contains(message, StringComparison.Ordinal), stack.Daemon.Error)), 5);
        Assert.DoesNotContain("   at ", stack.Daemon.Error, StringComparison.Ordinal);
    }
}
