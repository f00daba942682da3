using System.Globalization;
using System.Text.RegularExpressions;
using IoPkt.EndToEnd.Tests.Harness;
using Xunit;

namespace IoPkt.EndToEnd.Tests;

/// <summary>The kernel's Ethernet address changes under a connection, as when an address moves to a standby host: with its announcement and without.</summary>
public sealed partial class NeighborChangeTests
{
    private const string Device = "wire0", NewAddress = "02:00:00:00:77:01";

    private const string Source = """
        import socket, sys, time
        s = socket.create_connection((sys.argv[1], 7000))
        for i in range(100):
            s.sendall(bytes(10000))
            time.sleep(0.02)
            if i == 25:
                print('running', flush=True)
        s.shutdown(socket.SHUT_WR)
        s.recv(1)
        """;

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task A_transfer_goes_on(bool isUpload, bool isAnnounced)
    {
        Requires.Preload();
        Requires.Programs("ip", "python3");
        await using StackUnderTest stack = await StackUnderTest.StartAsync($"host={StackUnderTest.KernelAddress}/24,if={Device}");
        string ours = OurAddress().Match((await stack.ToolAsync("ifconfig", "tap0")).Succeeded()).Groups[1].Value;
        // One that has us by heart doesn't ask, by which it would tell its new address.
        string known = isAnnounced ? "" : $"neigh replace {StackUnderTest.StackAddress} lladdr {ours} nud permanent dev {Device}";
        await ConfigureAsync(stack, $"echo {(isAnnounced ? 1 : 0)} > /proc/sys/net/ipv4/conf/{Device}/arp_notify", known);

        using Command sink = isUpload ? stack.StartOverKernel("python3", "-c", StreamSink.Script, "1") : stack.StartOverStack("python3", "-c", StreamSink.Script, "1");
        await sink.WaitForOutputAsync("listening", TimeSpan.FromSeconds(30));
        using Command source = isUpload
            ? stack.StartOverStack("python3", "-c", Source, StackUnderTest.KernelAddress)
            : stack.StartOverKernel("python3", "-c", Source, StackUnderTest.StackAddress);
        await source.WaitForOutputAsync("running", TimeSpan.FromSeconds(30));
        await ConfigureAsync(stack, "true", $"link set dev {Device} address {NewAddress}", known);

        Assert.EndsWith("1000000\n", (await sink.WaitAsync(TimeSpan.FromSeconds(60))).Succeeded(), StringComparison.Ordinal);
        (await source.WaitAsync(TimeSpan.FromSeconds(30))).Succeeded();
        Assert.Contains($"({StackUnderTest.KernelAddress}) at {NewAddress} on tap0 ", (await stack.ToolAsync("arp", "-an")).Succeeded(), StringComparison.Ordinal);
        string statistics = (await stack.ToolAsync("netstat", "-s")).Succeeded();
        Assert.Contains("1 neighbours that changed their address", statistics, StringComparison.Ordinal);
        int timeouts = int.Parse(Timeouts().Match(statistics).Groups[1].Value, CultureInfo.InvariantCulture);
        TestContext.Current.SendDiagnosticMessage("{0} timeouts; {1}", timeouts, Suspected().Match(statistics).Value);
        // The timeout doubles each time: the fifth would be six seconds after the change.
        Assert.InRange(timeouts, 0, 4);
    }

    private static async Task ConfigureAsync(StackUnderTest stack, string command, params string[] batch) =>
        (await stack.OverKernelAsync("sh", "-c", $"{command}; ip -batch - <<'END'\n{string.Join('\n', batch)}\nEND")).Succeeded();

    [GeneratedRegex(@"address: (\S+)")]
    private static partial Regex OurAddress();

    [GeneratedRegex(@"(\d+) retransmit timeouts")]
    private static partial Regex Timeouts();

    [GeneratedRegex(@"\d+ neighbours asked because[^\n]*")]
    private static partial Regex Suspected();
}
