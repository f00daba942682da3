using System.Runtime.CompilerServices;
using IoPkt.Daemon.Interfaces;

namespace IoPkt.Daemon.Tests.Modules;

/// <summary>Drivers that come and go on a running stack, and drivers that fail.</summary>
public sealed class DriverTests
{
    [Fact]
    public async Task An_interface_comes_and_goes_while_another_one_loses_nothing()
    {
        await using ModuleFixture daemon = new();
        string steady = await daemon.AddAsync("faulty", null, "10.1.0.1");
        long sent = 0;
        using CancellationTokenSource stop = new();
        Task traffic = Task.Run(async () =>
        {
            for (; !stop.IsCancellationRequested; sent++)
            {
                await daemon.SendAsync(steady);
                await Task.Delay(1);
            }
        }, TestContext.Current.CancellationToken);
        for (int i = 0; i < 10; i++)
        {
            string name = await daemon.AddAsync("devnp-faulty.so", "name=wan");
            Assert.Equal("wan0", name);
            await daemon.SendAsync(name);
            await daemon.Interfaces.DestroyAsync(name);
            Assert.False(daemon.Stack.Interfaces.Contains(name));
        }
        await stop.CancelAsync();
        await traffic;
        await ModuleFixture.EventuallyAsync(() => daemon.Find(steady).Received.Packets >= sent, "every frame comes back");
        Assert.Equal((0, 0), (daemon.Find(steady).Received.Drops, daemon.Find(steady).Transmitted.Drops));
        DeviceReport report = (await daemon.Interfaces.DescribeDeviceAsync(steady))!;
        Assert.Equal((0, 0), (report.Queues[0].ReceiveDrops, report.Queues[0].TransmitDrops));
    }

    [Fact]
    public async Task A_module_loaded_and_unloaded_200_times_leaves_nothing_in_memory()
    {
        await using ModuleFixture daemon = new();
        List<WeakReference> modules = [];
        long before = 0;
        for (int i = 0; i < 200; i++)
        {
            modules.Add(await CycleAsync(daemon));
            if (i == 20)
                before = await SettleAsync();
        }
        long after = await SettleAsync();
        await ModuleFixture.EventuallyAsync(() =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return modules.TrueForAll(m => !m.IsAlive);
        }, "every load context is collected");
        // Each device holds 1 MiB that it has touched: 180 kept ones would be 180 MiB.
        Assert.True(after - before < 24L << 20, $"{before >> 20} MiB after 20 cycles, {after >> 20} MiB after 200");
    }

    [Fact]
    public async Task A_module_that_something_still_refers_to_is_named_in_the_log()
    {
        await using ModuleFixture daemon = new();
        string name = await daemon.AddAsync("faulty", null);
        Assert.Equal(("1", "0"), (Modules("loaded"), Modules("unloaded")));
        object kept = System.Runtime.Loader.AssemblyLoadContext.All.Last(c => c.IsCollectible && c.Name == "devnp-faulty");
        await daemon.Interfaces.DestroyAsync(name);
        await ModuleFixture.EventuallyAsync(() => daemon.Log.Text.Contains("devnp-faulty is unloaded, but its memory isn't returned", StringComparison.Ordinal), "the warning");
        Assert.Equal(("0", "1"), (Modules("loaded"), Modules("unloaded")));
        GC.KeepAlive(kept);

        string Modules(string which) => daemon.Stack.Sysctl.Find($"qnx.modules.{which}")[0].Value;
    }

    [Fact]
    public async Task Several_devices_are_numbered_and_the_module_stays_for_the_last()
    {
        await using ModuleFixture daemon = new();
        Assert.Equal(["faulty3", "faulty4"], await daemon.Interfaces.LoadDriverAsync("faulty", "devices=2,unit=3"));
        Assert.Equal(["faulty0"], await daemon.Interfaces.LoadDriverAsync("faulty", "lan=0"));
        ModuleException taken = await Assert.ThrowsAsync<ModuleException>(() => daemon.Interfaces.LoadDriverAsync("faulty", "unit=4"));
        Assert.Equal("interface faulty4 exists", taken.Message);
        await daemon.Interfaces.DestroyAsync("faulty3");
        await daemon.Interfaces.SetUpAsync("faulty4", true);
        Assert.True(daemon.Find("faulty4").IsUp);
        ModuleException gone = await Assert.ThrowsAsync<ModuleException>(() => daemon.Interfaces.DestroyAsync("faulty3"));
        Assert.Equal("no interface faulty3", gone.Message);
    }

    [Theory]
    [InlineData("unit=", "option unit: a value is missing (unit=VALUE)")]
    [InlineData("unit=-1", "option unit=-1: a whole number from 0 to 9999 is needed")]
    [InlineData("unit=99999999999999999999", "option unit=99999999999999999999: a whole number from 0 to 9999 is needed")]
    [InlineData("unit=one", "option unit=one: a whole number from 0 to 9999 is needed")]
    [InlineData("lan=1,unit=2", "options unit=2 and lan=1 are the same option with two values")]
    [InlineData("name=", "option name: a value is missing (name=VALUE)")]
    [InlineData("name=eth0", "option name=eth0: a letter, then letters, digits")]
    [InlineData("name=a/b", "option name=a/b: a letter, then letters, digits")]
    [InlineData("name=averyverylonginterface", "option name=averyverylonginterface: a letter, then letters, digits")]
    [InlineData("colour=red", "unknown option colour; it knows throw=WHERE")]
    [InlineData("vid=0x13b1", "unknown option vid; it knows throw=WHERE")]
    [InlineData("devices=0", "it found no device")]
    [InlineData("throw=init", "devnp-faulty: the driver failed to initialize: the driver is broken in init")]
    public async Task A_wrong_option_is_a_message(string options, string expected)
    {
        await using ModuleFixture daemon = new();
        ModuleException refused = await Assert.ThrowsAsync<ModuleException>(() => daemon.Interfaces.LoadDriverAsync("faulty", options));
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.Message, StringComparison.Ordinal);
        Assert.Equal(["lo0"], daemon.Stack.Interfaces.All.Select(i => i.Name));
        Assert.Equal("faulty0", await daemon.AddAsync("faulty", null));
    }

    [Theory]
    [InlineData("receive")]
    [InlineData("receive-later")]
    [InlineData("transmit")]
    public async Task A_driver_that_throws_loses_its_interface_and_its_packets_are_counted(string where)
    {
        await using ModuleFixture daemon = new();
        string steady = await daemon.AddAsync("faulty", null);
        string name = await daemon.AddAsync("faulty", $"throw={where}");
        await daemon.SendAsync(name);
        await ModuleFixture.EventuallyAsync(() => !daemon.Find(name).IsUp, "the interface goes down");
        Assert.Contains($"{name}: the driver failed ({(where == "transmit" ? where : "receive")}) the driver is broken in {where}", daemon.Log.Text, StringComparison.Ordinal);
        QueueReport counted = (await daemon.Interfaces.DescribeDeviceAsync(name))!.Queues[0];
        Assert.Equal((where == "receive-later" ? 1 : 0, where == "transmit" ? 1 : 0), (counted.ReceiveDrops, counted.TransmitDrops));
        await daemon.SendAsync(steady);
        await ModuleFixture.EventuallyAsync(() => daemon.Find(steady).Received.Packets == 1, "the other interface goes on");
        await daemon.Interfaces.DestroyAsync(name);
        Assert.All(daemon.Stack.Pool.GetStatistics().Kinds, k => Assert.Equal(0, k.InUse));
    }

    [Fact]
    public async Task A_driver_that_throws_in_start_stop_dispose_or_elsewhere_is_logged_and_its_interface_goes()
    {
        await using ModuleFixture daemon = new();
        string start = Assert.Single(await daemon.Interfaces.LoadDriverAsync("faulty", "throw=start"));
        ModuleException refused = await Assert.ThrowsAsync<ModuleException>(() => daemon.Interfaces.SetUpAsync(start, true));
        Assert.Equal($"{start}: the driver failed to start: the driver is broken in start", refused.Message);
        Assert.False(daemon.Find(start).IsUp);
        foreach (string where in (string[])["stop", "dispose"])
        {
            string name = await daemon.AddAsync("faulty", $"throw={where}");
            await daemon.Interfaces.DestroyAsync(name);
            Assert.False(daemon.Stack.Interfaces.Contains(name));
            Assert.Contains($"the driver is broken in {where}", daemon.Log.Text, StringComparison.Ordinal);
        }
        string media = await daemon.AddAsync("faulty", "throw=media");
        Assert.Equal("(the driver failed: the driver is broken in media)", (await daemon.Interfaces.DescribeDeviceAsync(media))!.Media);
        await ModuleFixture.EventuallyAsync(() => !daemon.Find(media).IsUp, "the interface goes down");
    }

    [Fact]
    public async Task A_driver_that_hangs_holds_up_nobody_else()
    {
        await using ModuleFixture daemon = new();
        Task<IReadOnlyList<string>> hanging = daemon.Interfaces.LoadDriverAsync("faulty", "hang=init,seconds=2");
        string media = await daemon.AddAsync("faulty", "hang=media,seconds=3");
        string steady = await daemon.AddAsync("faulty", null);
        await daemon.SendAsync(steady);
        await ModuleFixture.EventuallyAsync(() => daemon.Find(steady).Received.Packets == 1, "the other interface goes on");
        Assert.False(hanging.IsCompleted);
        Assert.Equal("Ethernet loop", (await daemon.Interfaces.DescribeDeviceAsync(steady))!.Media);
        Assert.Equal("(the driver doesn't answer)", (await daemon.Interfaces.DescribeDeviceAsync(media))!.Media);
        Assert.Equal("faulty2", Assert.Single(await hanging));
    }

    [Fact]
    public async Task What_can_be_created_is_listed()
    {
        await using ModuleFixture daemon = new();
        IReadOnlyList<string> cloners = await daemon.Interfaces.ListClonersAsync();
        Assert.Contains("tap", cloners);
        Assert.Contains("faulty", cloners);
        Assert.DoesNotContain("shim", cloners);
    }

    // Not inlined, so that nothing of the module stays in the test's own frame.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> CycleAsync(ModuleFixture daemon)
    {
        string name = await daemon.AddAsync("faulty", null);
        WeakReference module = ContextOf(daemon);
        await daemon.SendAsync(name);
        await daemon.Interfaces.DestroyAsync(name);
        return module;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference ContextOf(ModuleFixture daemon) => new(
        System.Runtime.Loader.AssemblyLoadContext.All.Last(c => c.IsCollectible && c.Name == "devnp-faulty"));

    private static async Task<long> SettleAsync()
    {
        for (int i = 0; i < 5; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true);
            GC.WaitForPendingFinalizers();
            await Task.Delay(20);
        }
        return Environment.WorkingSet;
    }
}
