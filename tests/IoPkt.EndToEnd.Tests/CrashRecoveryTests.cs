using IoPkt.EndToEnd.Tests.Harness;
using Xunit;

namespace IoPkt.EndToEnd.Tests;

/// <summary>A fault in native code, and what is there afterwards: for the clients, for the host, for the neighbours, and for the next start, which needs nobody's help.</summary>
public sealed class CrashRecoveryTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_next_daemon_of_the_same_number_and_prefix_starts_over_what_is_left(bool noHandler)
    {
        Requires.Preload();
        Requires.Root();
        Requires.Programs("ip", "nc");
        await using Daemons daemons = await Daemons.CreateAsync();
        (await daemons.Network.RunAsync("ip", "link", "set", "lo", "up")).Succeeded();
        string prefix = await StartAsync();
        using Command waiting = Client("nc", "-l", "-p", "4000");
        using Command connecting = Client("nc", "-w", "60", "10.1.0.99", "9");
        using Command server = daemons.Network.Start(null, "nc", "-l", "10.1.0.1", "4001");
        using Command connected = Client("sh", "-c", "sleep 60 | nc 10.1.0.1 4001");
        await StackUnderTest.EventuallyAsync(async () =>
        {
            string sockets = (await daemons.ToolAsync(prefix, "netstat", "-an")).Succeeded();
            return (Array.TrueForAll((string[])["LISTEN", "SYN_SENT", "ESTABLISHED"], s => sockets.Contains(s, StringComparison.Ordinal)), sockets);
        });

        await daemons.CrashAsync(0);
        foreach (Command client in (Command[])[waiting, connecting])
            await client.WaitAsync(TimeSpan.FromSeconds(5));
        await StackUnderTest.EventuallyAsync(async () =>
        {
            string running = (await daemons.Network.RunAsync("ps", "-o", "args", "--ppid", $"{connected.Id}")).Output;
            return (!running.Contains("nc ", StringComparison.Ordinal), running);
        });
        // The device that is to stay has stayed, without a carrier; nobody else's has.
        Assert.Contains("NO-CARRIER", (await daemons.Network.RunAsync("ip", "link", "show", "dev", "keep0")).Succeeded(), StringComparison.Ordinal);
        Assert.DoesNotContain("iopkt", (await daemons.Network.RunAsync("cat", "/proc/net/dev")).Succeeded(), StringComparison.Ordinal);
        if (noHandler)
            Assert.True(File.Exists($"{prefix}/dev/socket/2") && File.Exists($"{prefix}/dev/io-net/en0"));
        else
            await StackUnderTest.EventuallyAsync(() => Task.FromResult((!Directory.Exists(prefix), $"{prefix} is still there")));

        Assert.Equal(prefix, await StartAsync());
        Assert.Contains("1 packets received", (await daemons.ToolAsync(prefix, "ping", "-c", "1", "10.1.0.1")).Succeeded(), StringComparison.Ordinal);
        Assert.Equal(["en0"], Directory.EnumerateFiles($"{prefix}/dev/io-net").Select(Path.GetFileName));

        async Task<string> StartAsync()
        {
            string at = await daemons.StartAsync(0, "lo0 tap0 tap1 en0", [.. noHandler ? (string[])["-S"] : [], "-d", "tap", "if=keep0,persist,host=10.1.0.1/24", "-d", "tap",
                "-d", "udp", "local=127.0.0.1:7001,remote=127.0.0.1:7002"]);
            (await daemons.ToolAsync(at, "ifconfig", "tap0", "10.1.0.2/24")).Succeeded();
            return at;
        }

        Command Client(params string[] commandLine) =>
            daemons.Network.Start(new Dictionary<string, string?>(daemons.Environment) { ["SOCK"] = prefix }, [Installation.Sockrun, .. commandLine]);
    }

    [Fact]
    public async Task A_recording_is_whole()
    {
        Requires.Tap();
        Requires.Root();
        Requires.Programs("ping", "ip", "tcpdump");
        await using Daemons daemons = await Daemons.CreateAsync();
        using NetworkNamespace far = await NetworkNamespace.CreateAsync();
        (await daemons.Network.RunAsync("sh", "-c", $"ip link add va type veth peer name vb netns {far.HolderId}; ip link set va up")).Succeeded();
        (await far.RunAsync("sh", "-c", "ip addr add 10.5.0.1/24 dev vb; ip link set vb up")).Succeeded();
        string recording = Path.Combine(daemons.Folder, "recording.pcap");
        string prefix = await daemons.StartAsync(0, "lo0 pcap0", "-d", "pcap", $"if=va,mac=02:00:00:00:05:02,write={recording}");
        (await daemons.ToolAsync(prefix, "ifconfig", "pcap0", "10.5.0.2/24")).Succeeded();
        (await far.RunAsync("ping", "-q", "-c", "20", "-i", "0.02", "-s", "1000", "10.5.0.2")).Succeeded();
        using Command traffic = far.Start(null, "ping", "-q", "-f", "-s", "1000", "10.5.0.2");
        await daemons.CrashAsync(0);
        traffic.Signal(NativeMethods.Interrupt);

        Outcome read = await Command.RunAsync(TimeSpan.FromSeconds(10), null, "tcpdump", "-nr", recording, "icmp[0] = 0");
        Assert.True(read.Succeeded().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length > 20, read.Output);
        Assert.DoesNotContain("truncated", read.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_instance_does_not_notice()
    {
        Requires.Root();
        Requires.Programs("ping");
        await using Daemons daemons = await Daemons.CreateAsync();
        // Numbers that no daemon of another namespace has: where none here has a number, one of those is meant.
        string crashing = await daemons.StartAsync(7041, "lo0 tap0", "-d", "tap", "host=10.0.0.1/24");
        string steady = await daemons.StartAsync(7042, "lo0 tap0", "-d", "tap", "host=10.1.0.1/24");
        (await daemons.ToolAsync(steady, "ifconfig", "tap0", "10.1.0.2/24")).Succeeded();
        using Command traffic = daemons.Network.Start(null, "ping", "-q", "-i", "0.01", "-W", "10", "10.1.0.2");
        string log = daemons.Log(7042);

        await daemons.CrashAsync(7041);
        Outcome mount = await daemons.ToolAsync("", "mount", "-T", "io-pkt7041", "tap");
        Assert.Contains("no io-pkt instance 7041 is running", mount.Error, StringComparison.Ordinal);
        Assert.Equal(log, daemons.Log(7042));
        (await daemons.ToolAsync("", "mount", "-T", "io-pkt7042", "tap")).Succeeded();
        Assert.Equal("lo0 tap0 tap1", (await daemons.ToolAsync(steady, "ifconfig", "-l")).Succeeded().Trim());
        Assert.Equal(crashing, await daemons.StartAsync(7041, "lo0 tap0", "-d", "tap", "host=10.0.0.1/24"));

        traffic.Signal(NativeMethods.Interrupt);
        PingOutput.AssertNothingLost((await traffic.WaitAsync(TimeSpan.FromSeconds(20))).Output);
    }
}
