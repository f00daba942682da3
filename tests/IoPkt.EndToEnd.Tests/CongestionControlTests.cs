using System.Text.Json;
using IoPkt.EndToEnd.Tests.Harness;
using Xunit;

namespace IoPkt.EndToEnd.Tests;

/// <summary>Congestion controls, pacing and ECN, with Linux's TCP at the other end and iperf3's own options to ask for them.</summary>
public sealed class CongestionControlTests
{
    [Theory]
    [InlineData("cubic")]
    [InlineData("newreno")]
    [InlineData("bbr")]
    public async Task Every_algorithm_moves_data_to_linux(string name)
    {
        Requires.Preload();
        Requires.Programs("iperf3");
        await using StackUnderTest stack = await StackUnderTest.StartAsync();
        (await stack.ToolAsync("sysctl", "-w", $"net.inet.tcp.congctl.selected={name}")).Succeeded();
        double rate = Rate(await RunAsync(stack));
        TestContext.Current.SendDiagnosticMessage("{0}: {1:0.00} Gbit/s", name, rate / 1e9);
        Assert.True(rate > 1e6, $"{rate} bit/s");
    }

    [Fact]
    public async Task A_program_chooses_its_own()
    {
        Requires.Preload();
        Requires.Programs("iperf3");
        await using StackUnderTest stack = await StackUnderTest.StartAsync();
        JsonElement end = await RunAsync(stack, "-C", "reno");
        Assert.Equal("newreno", end.GetProperty("sender_tcp_congestion").GetString());
        Assert.True(Rate(end) > 1e6, $"{Rate(end)} bit/s");
        Assert.Contains("congctl.selected = cubic", (await stack.ToolAsync("sysctl", "net.inet.tcp.congctl")).Succeeded(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_does_not_exist_is_not_found_and_the_others_are_seen_by_program_and_administrator()
    {
        const string program = """
            import errno, socket, sys
            s = socket.socket()
            names = []
            def choose(name):
                try:
                    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, name)
                except OSError as e:
                    names.append(errno.errorcode[e.errno])
                names.append(s.getsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, 16).rstrip(b'\0').decode())
            choose(b'newreno')
            choose(b'vegas')
            s.connect((sys.argv[1], 5201))
            choose(b'bbr')
            choose(b'')
            print(*names, flush=True)
            sys.stdin.read()
            """;
        Requires.Preload();
        Requires.Programs("python3", "iperf3");
        await using StackUnderTest stack = await StackUnderTest.StartAsync();
        using Command server = stack.StartOverKernel("iperf3", "-s", "-B", StackUnderTest.KernelAddress, "--forceflush");
        await server.WaitForOutputAsync("Server listening", TimeSpan.FromSeconds(10));
        using Command client = stack.StartOverStack("sh", "-c", "sleep 60 | python3 -c \"$0\" \"$1\"", program, StackUnderTest.KernelAddress);
        await client.WaitForOutputAsync("newreno ENOENT newreno bbr EINVAL bbr\n", TimeSpan.FromSeconds(20));
        Assert.Matches("10.1.0.1.5201 +ESTABLISHED +bbr\n", (await stack.ToolAsync("netstat", "-nC")).Succeeded());
    }

    [Fact]
    public async Task A_program_sets_its_pace()
    {
        Requires.Preload();
        Requires.Programs("iperf3");
        await using StackUnderTest stack = await StackUnderTest.StartAsync();
        Assert.InRange(Rate(await RunAsync(stack, "--fq-rate", "40M")), 10e6, 44e6);
    }

    [Fact]
    public async Task Linux_asks_for_ecn_and_gets_it()
    {
        Requires.Preload();
        Requires.Programs("iperf3");
        await using StackUnderTest stack = await StackUnderTest.StartAsync();
        (await stack.OverKernelAsync("sh", "-c", "echo 1 > /proc/sys/net/ipv4/tcp_ecn")).Succeeded();
        using Command server = stack.StartOverStack("iperf3", "-s", "-1", "--forceflush");
        await server.WaitForOutputAsync("Server listening", TimeSpan.FromSeconds(10));
        (await stack.OverKernelAsync("iperf3", "-c", StackUnderTest.StackAddress, "-n", "1M")).Succeeded();
        Assert.Contains("2 connections that use ECN", (await stack.ToolAsync("netstat", "-s", "-p", "tcp")).Succeeded(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task We_ask_for_ecn_and_linux_agrees()
    {
        Requires.Preload();
        Requires.Programs("iperf3");
        await using StackUnderTest stack = await StackUnderTest.StartAsync();
        (await stack.ToolAsync("sysctl", "-w", "net.inet.tcp.ecn.enable=1")).Succeeded();
        await RunAsync(stack);
        Assert.Contains("2 connections that use ECN", (await stack.ToolAsync("netstat", "-s", "-p", "tcp")).Succeeded(), StringComparison.Ordinal);
    }

    private static async Task<JsonElement> RunAsync(StackUnderTest stack, params string[] options)
    {
        using Command server = stack.StartOverKernel("iperf3", "-s", "-1", "-B", StackUnderTest.KernelAddress, "--forceflush");
        await server.WaitForOutputAsync("Server listening", TimeSpan.FromSeconds(10));
        Outcome outcome = await stack.OverStackAsync(["iperf3", "-J", "-c", StackUnderTest.KernelAddress, "-t", "2", .. options]);
        using JsonDocument report = JsonDocument.Parse(outcome.Succeeded());
        return report.RootElement.GetProperty("end").Clone();
    }

    private static double Rate(JsonElement end) => end.GetProperty("sum_received").GetProperty("bits_per_second").GetDouble();
}
