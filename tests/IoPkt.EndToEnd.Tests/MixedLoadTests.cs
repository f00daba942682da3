using System.Globalization;
using IoPkt.Client;
using IoPkt.EndToEnd.Tests.Harness;
using IoPkt.Wire.Management;
using Xunit;

namespace IoPkt.EndToEnd.Tests;

/// <summary>All at once, on one daemon: transfers, clients that are killed, modules and interfaces that come and go.</summary>
public sealed class MixedLoadTests
{
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(3), s_time = TimeSpan.FromSeconds(9);

    [Fact]
    public async Task Everything_at_once_leaves_nothing_and_loses_nothing()
    {
        Requires.Preload();
        Requires.Programs("curl", "cmp", "ping", "sh", "timeout", "ip");
        await using Daemons daemons = await Daemons.CreateAsync();
        (await daemons.Network.RunAsync("ip", "link", "set", "lo", "up")).Succeeded();
        string prefix = await daemons.StartAsync(0, "lo0 tap0", "-d", "tap", "host=10.1.0.1/24");
        (await daemons.ToolAsync(prefix, "ifconfig", "tap0", "10.1.0.2/24")).Succeeded();
        DirectoryInfo served = Directory.CreateDirectory(Path.Combine(daemons.Folder, "served"));
        RandomFile file = RandomFile.Create(served, "file", 32 << 20);
        using Command http = daemons.Network.Start(null, Installation.Peer, "http", "10.1.0.1", "8000", served.FullName);
        await http.WaitForOutputAsync("serving", TimeSpan.FromSeconds(10));
        using Command ping = daemons.Network.Start(null, "ping", "-q", "-i", "0.02", "-W", "10", "10.1.0.2");
        using IoPktClient client = new(prefix);
        Dictionary<string, string?> environment = new(daemons.Environment) { ["SOCK"] = prefix };

        await RunAsync(s_warmUp);
        (Footprint before, long buffers) = (Footprint.Of(daemons.ProcessId(0)), await BuffersAsync());
        await RunAsync(s_time);

        await StackUnderTest.EventuallyAsync(async () =>
        {
            Footprint now = Footprint.Of(daemons.ProcessId(0));
            (long used, string modules) = (await BuffersAsync(), await SettingAsync("qnx.modules.unloaded"));
            int alive = (await client.Management.GetSocketsAsync(TestContext.Current.CancellationToken)).Count(s => s.State is not ("TIME_WAIT" or null));
            bool flat = now.Resident < before.Resident + (32 << 20) && now.Descriptors <= before.Descriptors + 4 && now.Threads <= before.Threads + 4;
            return (flat && used <= buffers + 8 && modules == "0" && alive == 0, $"{before} → {now}, {buffers} → {used} buffers, {modules} modules, {alive} sockets");
        }, 40);
        ping.Signal(NativeMethods.Interrupt);
        PingOutput.AssertNothingLost((await ping.WaitAsync(TimeSpan.FromSeconds(20))).Output);

        async Task RunAsync(TimeSpan time)
        {
            using CancellationTokenSource stop = new(time);
            string seconds = time.TotalSeconds.ToString(CultureInfo.InvariantCulture);
            string url = "http://10.1.0.1:8000";
            Task<Outcome> whole = LoopAsync(seconds, $"curl -sS {url}/file | cmp - {file.Path} || exit 1; sleep 0.2");
            Task<Outcome> killed = LoopAsync(seconds, $"timeout -s KILL 0.2 curl -sS -o /dev/null {url}/file & timeout -s KILL 0.1 curl -sS -o /dev/null -T {file.Path} {url}/up & wait; true");
            await Task.WhenAll(RepeatAsync(MountAsync, stop.Token), RepeatAsync(CreateAsync, stop.Token));
            (await whole).Succeeded();
            (await killed).Succeeded();
        }

        Task<Outcome> LoopAsync(string seconds, string body) => daemons.Network.RunAsync(TimeSpan.FromMinutes(1), environment, Installation.Sockrun, "sh", "-c",
            $"end=$(($(date +%s) + {seconds})); while [ $(date +%s) -lt $end ]; do {body}; done");

        async Task MountAsync()
        {
            foreach ((string module, string? options) in ((string, string?)[])[("faulty", null), ("devn-udp", "local=127.0.0.1:7001,remote=127.0.0.1:7002")])
            {
                string name = Assert.Single(await client.Management.LoadDriverAsync(module, options));
                await client.Management.SetAddressAsync(new AddressSettings { Interface = name, Address = "10.2.0.1", PrefixLength = 24 });
                await client.Management.DestroyInterfaceAsync(name);
            }
            await client.Management.LoadProtocolAsync("lsm-echo", "if=tap0");
            await client.Management.UnloadProtocolAsync("lsm-echo");
        }

        async Task CreateAsync()
        {
            await client.Management.CreateInterfaceAsync("tap5");
            await client.Management.SetAddressAsync(new AddressSettings { Interface = "tap5", Address = "10.5.0.1", PrefixLength = 24 });
            await client.Management.DestroyInterfaceAsync("tap5");
        }

        async Task<long> BuffersAsync() => (await client.Management.GetMbufsAsync(TestContext.Current.CancellationToken)).Kinds.Sum(k => k.InUse);

        async Task<string> SettingAsync(string name) => (await client.Management.GetSettingsAsync(name, TestContext.Current.CancellationToken))[0].Value;
    }

    private static async Task RepeatAsync(Func<Task> action, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
            await action();
    }
}
