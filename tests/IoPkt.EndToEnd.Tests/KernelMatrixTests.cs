using IoPkt.EndToEnd.Tests.Harness;
using Xunit;

namespace IoPkt.EndToEnd.Tests;

/// <summary>
/// Linux's TCP and ours under all conditions: each congestion control, selective acknowledgements and timestamps on and off, windows small, large and without scaling, frames lost and reordered on each side, and packets
/// of all sizes. Every two of them meet in one of the cases; with IOPKT_MATRIX=full, all of them do.
/// </summary>
public sealed class KernelMatrixTests
{
    private const long Size = 2_000_000;

    private static readonly string[] s_algorithms = ["cubic", "newreno", "bbr"];
    private static readonly string[] s_switches = ["on", "off"];
    private static readonly string[] s_windows = ["large", "small", "unscaled"];
    private static readonly string[] s_wires = ["clean", "losing what we send", "losing what Linux sends", "losing and reordering"];
    private static readonly int[] s_mtus = [1500, 576, 1280, 9000];

    public static TheoryData<string, string, string, string, string, int> Cases
    {
        get
        {
            int[] sizes = [s_algorithms.Length, s_switches.Length, s_switches.Length, s_windows.Length, s_wires.Length, s_mtus.Length];
            IEnumerable<int[]> rows = Environment.GetEnvironmentVariable("IOPKT_MATRIX") == "full" ? AllPairs.Everything(sizes) : AllPairs.Of(sizes);
            return [.. rows.Select(row => (s_algorithms[row[0]], s_switches[row[1]], s_switches[row[2]], s_windows[row[3]], s_wires[row[4]], s_mtus[row[5]]))];
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_file_arrives_both_ways(string algorithm, string sack, string timestamps, string window, string wire, int mtu)
    {
        Requires.Preload();
        Requires.Programs("curl", "ip");
        await using StackUnderTest stack = await StackUnderTest.StartAsync($"{LossyWire.DriverOptions},mtu={mtu}");
        using Command relay = await LossyWire.StartAsync(stack, mtu, RelayOptions(wire));
        await SetAsync(stack, $"net.inet.tcp.congctl.selected={algorithm}", $"net.inet.tcp.sack.enable={Number(sack)}", $"net.inet.tcp.timestamps={Number(timestamps)}");
        await SetKernelAsync(stack, $"tcp_sack={Number(sack)}", $"tcp_timestamps={Number(timestamps)}");
        if (window == "small")
        {
            await SetAsync(stack, "net.inet.tcp.recvbuf_auto=0", "net.inet.tcp.sendbuf_auto=0", "net.inet.tcp.recvspace=16384", "net.inet.tcp.sendspace=16384");
            await SetKernelAsync(stack, "tcp_rmem=4096 16384 16384", "tcp_wmem=4096 16384 16384");
        }
        else if (window == "unscaled")
        {
            await SetAsync(stack, "net.inet.tcp.win_scale=0");
            await SetKernelAsync(stack, "tcp_window_scaling=0");
        }
        await FileTransfer.BothWaysAsync(stack, Size);
    }

    private static string[] RelayOptions(string wire) => wire switch
    {
        "losing what we send" => ["--loss", "0.02", "--reorder", "0", "--frames", "from"],
        "losing what Linux sends" => ["--loss", "0.02", "--reorder", "0", "--frames", "to"],
        "losing and reordering" => ["--loss", "0.01", "--reorder", "0.02"],
        _ => ["--loss", "0", "--reorder", "0"],
    };

    private static string Number(string setting) => setting == "on" ? "1" : "0";

    private static async Task SetAsync(StackUnderTest stack, params string[] settings) => (await stack.ToolAsync("sysctl", ["-w", .. settings])).Succeeded();

    private static async Task SetKernelAsync(StackUnderTest stack, params string[] settings)
    {
        foreach (string[] setting in settings.Select(s => s.Split('=')))
            (await stack.OverKernelAsync("sh", "-c", $"echo '{setting[1]}' > /proc/sys/net/ipv4/{setting[0]}")).Succeeded();
    }
}
