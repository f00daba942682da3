using IoPkt.EndToEnd.Tests.Harness;
using Xunit;

namespace IoPkt.EndToEnd.Tests;

/// <summary>Multicast on a TAP behind a bridge of the kernel's that asks, in IGMP of either version, which port wants which group, and keeps all others away.</summary>
public sealed class MulticastTests
{
    /// <summary>Joins, and leaves when it's told over the group.</summary>
    private const string Member = """
        import socket, time
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.bind(("0.0.0.0", 4567))
        group = socket.inet_aton("239.1.2.3") + socket.inet_aton("10.1.0.2")
        s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group)
        print("joined", flush=True)
        while (text := s.recvfrom(100)[0]) != b"leave":
            print("received", text.decode(), flush=True)
        s.setsockopt(socket.IPPROTO_IP, socket.IP_DROP_MEMBERSHIP, group)
        print("left", flush=True)
        time.sleep(60)
        """;

    private const string Send = """
        import socket, sys
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("10.1.0.1"))
        s.sendto(sys.argv[2].encode(), (sys.argv[1], 4567))
        """;

    [Theory]
    [InlineData("2")]
    [InlineData("3")]
    public async Task A_snooping_bridge_lets_pass_what_is_joined_and_nothing_else(string version)
    {
        Requires.Preload();
        Requires.Root();
        Requires.Programs("ip", "bridge", "python3", "tcpdump");
        NetworkNamespace network = await NetworkNamespace.CreateAsync();
        await using StackUnderTest stack = await StackUnderTest.StartWithAsync(network, "", "-d", "tap", "if=left");
        // Times are in hundredths of a second, and set before the querier: what they were when it began is how long the bridge lets everything pass.
        (await network.RunAsync("sh", "-ec", $"""
            ip link add br0 type bridge mcast_snooping 1 mcast_igmp_version {version} \
                mcast_query_response_interval 50 mcast_last_member_interval 30 mcast_startup_query_interval 60 mcast_query_interval 100
            ip link set br0 type bridge mcast_querier 1
            ip link set left master br0 up
            ip addr add 10.1.0.1/24 dev br0
            ip link set br0 up
            """)).Succeeded();
        (await stack.ToolAsync("ifconfig", "tap0", "10.1.0.2/24")).Succeeded();
        await CounterAsync(stack, "membership queries received", 2);

        using Command member = stack.StartOverStack("python3", "-c", Member);
        await member.WaitForOutputAsync("joined", TimeSpan.FromSeconds(20));
        await PortsAsync(network, expected: true);
        Assert.Contains("239.1.2.3", (await stack.ToolAsync("netstat", "-ian")).Succeeded(), StringComparison.Ordinal);
        // It goes on only because queries are answered: three times the entry's life.
        long sent = await CounterAsync(stack, "membership reports sent", 1);
        await CounterAsync(stack, "membership reports sent", sent + 4);
        await PortsAsync(network, expected: true);

        using Command wire = network.Start(null, "tcpdump", "-lni", "left", "udp port 4567");
        await StackUnderTest.EventuallyAsync(() => Task.FromResult((wire.Error.Contains("listening on", StringComparison.Ordinal), wire.Error)));
        (await network.RunAsync("python3", "-c", Send, "239.5.5.5", "for nobody")).Succeeded();
        (await network.RunAsync("python3", "-c", Send, "239.1.2.3", "for members")).Succeeded();
        await member.WaitForOutputAsync("received for members", TimeSpan.FromSeconds(10));
        await wire.WaitForOutputAsync("> 239.1.2.3.4567:", TimeSpan.FromSeconds(10));
        Assert.DoesNotContain("239.5.5.5", wire.Output, StringComparison.Ordinal);

        (await network.RunAsync("python3", "-c", Send, "239.1.2.3", "leave")).Succeeded();
        await member.WaitForOutputAsync("left", TimeSpan.FromSeconds(10));
        await PortsAsync(network, expected: false);
        long leaves = await CounterAsync(stack, "leave messages sent", 0);
        Assert.Equal(version == "2" ? 1 : 0, leaves);
    }

    /// <summary>Whether the bridge has the group behind the stack's port.</summary>
    private static Task PortsAsync(NetworkNamespace network, bool expected) => StackUnderTest.EventuallyAsync(async () =>
    {
        string groups = (await network.RunAsync("bridge", "mdb", "show", "dev", "br0")).Succeeded();
        return (groups.Contains("port left grp 239.1.2.3", StringComparison.Ordinal) == expected, groups);
    });

    private static async Task<long> CounterAsync(StackUnderTest stack, string text, long least)
    {
        long value = 0;
        await StackUnderTest.EventuallyAsync(async () =>
        {
            string statistics = (await stack.ToolAsync("netstat", "-s", "-p", "igmp")).Succeeded();
            value = long.Parse(statistics.Split('\n').Single(l => l.EndsWith(' ' + text, StringComparison.Ordinal)).Trim().Split(' ')[0], null);
            return (value >= least, statistics);
        });
        return value;
    }
}
