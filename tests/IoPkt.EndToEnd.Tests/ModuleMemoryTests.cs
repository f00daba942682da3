using IoPkt.Client;
using IoPkt.EndToEnd.Tests.Harness;
using IoPkt.Wire.Management;
using Xunit;

namespace IoPkt.EndToEnd.Tests;

/// <summary>What a running daemon keeps of modules that came and went two hundred times: nothing. The traffic on another interface loses nothing by it.</summary>
public sealed class ModuleMemoryTests
{
    private const int WarmUp = 20, Rounds = 200;

    /// <summary>A device of devnp-faulty holds 1 MiB that it has touched, so those of all rounds would be 200 MiB. What the just-in-time compiler still improves is some MiB.</summary>
    private const long Tolerance = 24L << 20;

    /// <summary>The runtime's pool has some threads more or fewer from one second to the next, and the runtime opens a file of its own now and then.</summary>
    private const int Few = 4;

    [Theory]
    [InlineData("faulty", null)]
    [InlineData("devn-udp.so", "local=127.0.0.1:7001,remote=127.0.0.1:7002")]
    [InlineData("lsm-autoip.so", "if=tap0")]
    public async Task Modules_that_come_and_go_leave_nothing_and_disturb_no_traffic(string module, string? options)
    {
        Requires.Programs("ping", "ip");
        await using Daemons daemons = await Daemons.CreateAsync();
        (await daemons.Network.RunAsync("ip", "link", "set", "lo", "up")).Succeeded();
        string prefix = await daemons.StartAsync(0, "lo0 tap0", "-d", "tap", "host=10.1.0.1/24");
        (await daemons.ToolAsync(prefix, "ifconfig", "tap0", "10.1.0.2/24")).Succeeded();
        using IoPktClient client = new(prefix);
        // What came before it was up.
        long lost = await LostAsync(client);
        using Command traffic = daemons.Network.Start(null, "ping", "-q", "-i", "0.005", "-W", "10", "10.1.0.2");

        for (int i = 0; i < WarmUp; i++)
            await RoundAsync(client.Management, module, options);
        Footprint before = await SettledAsync(daemons, client, null);
        for (int i = 0; i < Rounds; i++)
            await RoundAsync(client.Management, module, options);
        _ = await SettledAsync(daemons, client, before);

        traffic.Signal(NativeMethods.Interrupt);
        PingOutput.AssertNothingLost((await traffic.WaitAsync(TimeSpan.FromSeconds(20))).Output);
        Assert.Equal(lost, await LostAsync(client));
    }

    private static async Task RoundAsync(IoPktManagement management, string module, string? options)
    {
        if (module.StartsWith("lsm-", StringComparison.Ordinal))
        {
            await management.LoadProtocolAsync(module, options, TestContext.Current.CancellationToken);
            await management.UnloadProtocolAsync(module, TestContext.Current.CancellationToken);
            return;
        }
        string name = Assert.Single(await management.LoadDriverAsync(module, options, TestContext.Current.CancellationToken));
        // With an address, it's up: it has started, is polled, and has announced itself.
        await management.SetAddressAsync(new AddressSettings { Interface = name, Address = "10.2.0.1", PrefixLength = 24 }, TestContext.Current.CancellationToken);
        await management.DestroyInterfaceAsync(name, TestContext.Current.CancellationToken);
    }

    private static async Task<long> LostAsync(IoPktClient client)
    {
        InterfaceInfo tap = await client.Management.GetInterfaceAsync("tap0", TestContext.Current.CancellationToken);
        return tap.Received.Drops + tap.Transmitted.Drops + tap.Queues.Sum(q => q.Received.Drops + q.Transmitted.Drops);
    }

    /// <summary>Once the modules' memory has returned, and, if <paramref name="before"/> is given, the rest of what they had.</summary>
    private static async Task<Footprint> SettledAsync(Daemons daemons, IoPktClient client, Footprint? before)
    {
        Footprint now = null!;
        await StackUnderTest.EventuallyAsync(async () =>
        {
            string modules = string.Join(' ', (await client.Management.GetSettingsAsync("qnx.modules", TestContext.Current.CancellationToken)).Select(s => $"{s.Name}={s.Value}"));
            now = Footprint.Of(daemons.ProcessId(0));
            bool flat = before is null
                || (now.Resident - before.Resident < Tolerance && now.Threads <= before.Threads + Few && now.Descriptors <= before.Descriptors + Few);
            return (flat && modules == "qnx.modules.loaded=1 qnx.modules.unloaded=0", $"{modules}; {before} → {now}");
        });
        return now;
    }
}
