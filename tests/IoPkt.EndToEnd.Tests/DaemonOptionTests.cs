using System.Text.RegularExpressions;
using IoPkt.EndToEnd.Tests.Harness;
using Xunit;

namespace IoPkt.EndToEnd.Tests;

/// <summary>Options of the command line, seen where a person would look: sysctl, the thread list, /proc, the log.</summary>
public sealed partial class DaemonOptionTests
{
    [Fact]
    public async Task Options_of_the_stack_are_in_sysctl()
    {
        await using RunningDaemon daemon = await RunningDaemon.StartAsync([],
            ",forward,fastforward=0,enmap,somaxconn=500,mclbytes=4096,pagesize=131072,bigpage_strict,mbuf_cache=11,pkt_cache=12,threads_min=5,threads_max=50,threads_incr=7");
        (string Name, string Value)[] expected =
        [
            ("net.inet.ip.forwarding", "1"), ("net.inet.ip.fastforward", "0"), ("qnx.kern.enmap", "0"), ("kern.somaxconn", "500"), ("kern.mbuf.mclbytes", "4096"),
            ("kern.mbuf.pagesize", "131072"), ("kern.mbuf.bigpage_strict", "1"), ("kern.mbuf.mbuf_cache", "11"), ("kern.mbuf.pkt_cache", "12"), ("qnx.threads.min", "5"),
            ("qnx.threads.max", "50"), ("qnx.threads.incr", "7"), ("kern.hostname", Environment.MachineName),
        ];
        string[] names = [.. expected.Select(e => e.Name)];
        Assert.Equal(expected.Select(e => e.Value), (await daemon.ToolAsync([Installation.Tool("sysctl"), "-n", .. names])).Succeeded().Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("4096", (await daemon.ToolAsync("netstat", "-m")).Succeeded(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bad_values_and_unknown_words_are_in_the_log_and_the_start_goes_on()
    {
        await using RunningDaemon daemon = await RunningDaemon.StartAsync([], ",mclbytes=3000,threads_max=no,nonsense");
        string log = (await daemon.ToolAsync("sloginfo", "-h", "-s", "3")).Succeeded();
        Assert.Contains("-p tcpip: option mclbytes=3000: a power of two is needed; 2048 is used", log, StringComparison.Ordinal);
        Assert.Contains("-p tcpip: option threads_max=no: a whole number from 4 to 1000000 is needed; 200 is used", log, StringComparison.Ordinal);
        Assert.Contains("-p tcpip: unknown option nonsense; known are bigpage_strict, ", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Threads_have_names_and_with_D_the_stack_has_its_own()
    {
        await using RunningDaemon daemon = await RunningDaemon.StartAsync(["-t3", "-D"], "");
        Assert.Superset(new HashSet<string> { "packet-0", "packet-1", "packet-2", "stack" }, Threads(daemon).Select(t => t.Name).ToHashSet());
        Assert.DoesNotContain("packet-3", Threads(daemon).Select(t => t.Name));
    }

    [Fact]
    public async Task Rx_prio_is_the_real_time_priority_of_the_packet_threads()
    {
        Requires.Root();
        await using RunningDaemon daemon = await RunningDaemon.StartAsync(["-t2", "-D", "-P", "5"], ",rx_prio=7");
        await StackUnderTest.EventuallyAsync(() =>
        {
            (string Name, int Policy, int Priority)[] threads = [.. Threads(daemon).Where(t => t.Name.StartsWith("packet", StringComparison.Ordinal) || t.Name == "stack").OrderBy(t => t.Name)];
            bool refused = daemon.Process.Error.Contains("refuses real-time priorities", StringComparison.Ordinal);
            // A host that grants no real-time priorities even to root (a container): then the log says so.
            bool granted = threads is [("packet-0", 2, 7), ("packet-1", 2, 7), ("stack", 2, 5)];
            return Task.FromResult((granted || refused, string.Join(' ', threads) + daemon.Process.Error));
        });
    }

    [Fact]
    public async Task Without_the_capability_rx_prio_is_a_clear_warning()
    {
        Requires.Root();
        Requires.Programs("setpriv");
        await using RunningDaemon daemon = await RunningDaemon.StartAsync([], ",rx_prio=7", ["setpriv", "--bounding-set=-sys_nice", "--inh-caps=-sys_nice"]);
        await StackUnderTest.EventuallyAsync(() => Task.FromResult((daemon.Process.Error.Contains("rx_prio=7: packet-0: the host refuses real-time priorities", StringComparison.Ordinal),
            daemon.Process.Error)));
    }

    [Fact]
    public async Task Random_opens_dev_random()
    {
        await using RunningDaemon daemon = await RunningDaemon.StartAsync([], ",random");
        Assert.Contains("/dev/random", Descriptors(daemon));
        await using RunningDaemon other = await RunningDaemon.StartAsync([], "");
        Assert.DoesNotContain("/dev/random", Descriptors(other));
    }

    [Fact]
    public async Task Confstr_monitor_follows_the_host_s_name()
    {
        Requires.Root();
        Requires.Programs("unshare", "nsenter", "hostname");
        await using RunningDaemon daemon = await RunningDaemon.StartAsync([], ",confstr_monitor", ["unshare", "--uts"]);
        Assert.Contains("hostname", Threads(daemon).Select(t => t.Name));
        foreach (string name in (string[])["first", "second", "third"])
        {
            (await Command.RunAsync(TimeSpan.FromSeconds(10), null, "nsenter", "--uts", "--target", $"{daemon.Process.Id}", "hostname", name)).Succeeded();
            await StackUnderTest.EventuallyAsync(async () =>
            {
                string seen = await daemon.SysctlAsync("kern.hostname");
                return (seen == name, seen);
            });
        }
        Assert.Contains("the host's name is now third", (await daemon.ToolAsync("sloginfo")).Succeeded(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task U_makes_the_daemon_an_ordinary_user()
    {
        Requires.Root();
        Requires.Programs("setpriv");
        await using RunningDaemon daemon = await RunningDaemon.StartAsync(["-U", "1234:5678"], "");
        await StackUnderTest.EventuallyAsync(() =>
        {
            string[] users = [.. Directory.EnumerateDirectories($"/proc/{daemon.Process.Id}/task").Select(t => Identity().Matches(File.ReadAllText(Path.Combine(t, "status")))
                .Select(m => m.Groups[1].Value)).Select(ids => string.Join(':', ids)).Distinct()];
            return Task.FromResult((users is ["1234:5678"], string.Join(' ', users)));
        });
        string[] asUser = ["setpriv", "--reuid=1234", "--regid=5678", "--clear-groups", Installation.Tool("sysctl"), "-w", "net.inet.ip.ttl=9"];
        Assert.Equal("net.inet.ip.ttl: 64 -> 9\n", (await daemon.ToolAsync(asUser)).Succeeded());
        asUser[1] = "--reuid=1235";
        Assert.Contains("Operation not permitted", (await daemon.ToolAsync(asUser)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Log_entries_name_the_instance()
    {
        await using RunningDaemon daemon = await RunningDaemon.StartAsync(["-v"], "");
        Assert.Matches("^io-pkt-v4-i[0-9]+: io-pkt-v4 instance [0-9]+: ", daemon.Process.Error);
    }

    private static List<(string Name, int Policy, int Priority)> Threads(RunningDaemon daemon)
    {
        List<(string, int, int)> threads = [];
        foreach (string task in Directory.EnumerateDirectories($"/proc/{daemon.Process.Id}/task"))
        {
            // proc(5): field 40 is rt_priority, field 41 the policy; the name, in parentheses, is the second.
            string[] fields = File.ReadAllText(Path.Combine(task, "stat")).Split(") ")[^1].Split(' ');
            threads.Add((File.ReadAllText(Path.Combine(task, "comm")).Trim(), int.Parse(fields[38], null), int.Parse(fields[37], null)));
        }
        return threads;
    }

    private static IEnumerable<string> Descriptors(RunningDaemon daemon) =>
        new DirectoryInfo($"/proc/{daemon.Process.Id}/fd").EnumerateFiles().Select(f => f.LinkTarget ?? "");

    [GeneratedRegex(@"^[UG]id:\s+(\d+)", RegexOptions.Multiline)]
    private static partial Regex Identity();
}
