using System.Globalization;
using IoPkt.EndToEnd.Tests.Harness;
using Xunit;

namespace IoPkt.EndToEnd.Tests;

/// <summary><c>threads_min</c>, <c>threads_incr</c> and <c>threads_max</c>, used up by programs that wait in <c>connect()</c>.</summary>
public sealed class PseudoThreadTests
{
    private const string Silent = "10.1.0.99";

    [Fact]
    public async Task Clients_that_use_them_up_make_the_next_wait_and_it_goes_on_when_some_leave()
    {
        Requires.Preload();
        Requires.Root();
        Requires.Programs("nc", "setpriv", "timeout");
        await using Daemons daemons = await Daemons.CreateAsync();
        string prefix = await daemons.StartAsync(0, "lo0 tap0", "-d", "tap", "host=10.1.0.1/24", "-p", "tcpip", "threads_min=4,threads_incr=2,threads_max=8");
        (await daemons.ToolAsync(prefix, "ifconfig", "tap0", "10.1.0.2/24")).Succeeded();
        // The kernel drops what is for another station, so that a connection to this address is under way for minutes.
        (await daemons.ToolAsync(prefix, "arp", "-s", Silent, "02:00:00:00:00:99")).Succeeded();
        int atRest = await ReadAsync("inuse");

        List<Command> blocked = [];
        List<int> supplies = [];
        try
        {
            for (int i = 0; i < 8; i++)
            {
                blocked.Add(Nobody("nc", Silent, "9"));
                await UntilAsync("inuse", atRest + blocked.Count);
                supplies.Add(await ReadAsync("supply"));
            }
            // Requests of root's, such as this one, take one past the limit, but the supply grows for the clients alone.
            Assert.Equal([4, 4, 4, 4, 6, 6, 8, 8], supplies);
            Assert.DoesNotContain("pseudo-threads", daemons.Log(0), StringComparison.Ordinal);

            using Command server = daemons.Network.Start(null, "sh", "-c", "echo hello | nc -N -l 10.1.0.1 4001");
            using Command next = Nobody("nc", "-d", "10.1.0.1", "4001");
            using Command another = Nobody(Installation.Tool("ifconfig"), "-l");
            await UntilAsync("exhausted", 2);
            string log = (await daemons.ToolAsync(prefix, "sloginfo", "-h", "-s", "3")).Succeeded();
            Assert.Single(log.Split('\n'), l => l.Contains("all 8 pseudo-threads for clients' operations are in use, and the next wait for one (see -p tcpip threads_max=; said once)", StringComparison.Ordinal));
            // Whoever is to look after the stack can, as can traffic that needs none.
            Assert.Equal(8, (await daemons.ToolAsync(prefix, "netstat", "-an")).Succeeded().Split('\n').Count(l => l.Contains("SYN_SENT", StringComparison.Ordinal)));
            Assert.Contains("1 packets received", (await daemons.ToolAsync(prefix, "ping", "-c", "1", "10.1.0.1")).Succeeded(), StringComparison.Ordinal);
            Assert.False(next.HasExited || another.HasExited);

            foreach (Command leaving in blocked[..2])
                leaving.Dispose();
            blocked.RemoveRange(0, 2);
            Assert.Equal("hello\n", (await next.WaitAsync(TimeSpan.FromSeconds(10))).Succeeded());
            Assert.Equal("lo0 tap0\n", (await another.WaitAsync(TimeSpan.FromSeconds(10))).Succeeded());
            await UntilAsync("inuse", atRest + 6);
        }
        finally
        {
            foreach (Command client in blocked)
                client.Dispose();
        }
        await UntilAsync("inuse", atRest);

        Command Nobody(params string[] commandLine) => daemons.Network.Start(new Dictionary<string, string?>(daemons.Environment) { ["SOCK"] = prefix },
            ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", Installation.Sockrun, .. commandLine]);

        async Task<int> ReadAsync(string name) =>
            int.Parse((await daemons.ToolAsync(prefix, "sysctl", "-n", $"qnx.threads.{name}")).Succeeded().Trim(), CultureInfo.InvariantCulture);

        Task UntilAsync(string name, int expected) => StackUnderTest.EventuallyAsync(async () =>
        {
            int now = await ReadAsync(name);
            return (now == expected, $"{name} is {now}, not {expected}\n{daemons.Log(0)}");
        });
    }
}
