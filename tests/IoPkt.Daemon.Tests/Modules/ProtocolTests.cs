using System.Runtime.CompilerServices;
using IoPkt.Daemon.Protocols;

namespace IoPkt.Daemon.Tests.Modules;

/// <summary>Protocol modules on a running stack.</summary>
public sealed class ProtocolTests
{
    [Fact]
    public async Task A_protocol_starts_is_listed_and_leaves_memory_when_it_is_unloaded()
    {
        await using ModuleFixture daemon = new();
        string name = await daemon.AddAsync("faulty", null);
        List<WeakReference> modules = [];
        for (int i = 0; i < 20; i++)
            modules.Add(await CycleAsync(daemon, name));
        await ModuleFixture.EventuallyAsync(() =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return modules.TrueForAll(m => !m.IsAlive);
        }, "every load context is collected");
        Assert.Empty(daemon.Protocols.All);
    }

    [Fact]
    public async Task The_sample_protocol_answers_frames_of_its_type()
    {
        await using ModuleFixture daemon = new();
        string name = await daemon.AddAsync("faulty", null);
        await daemon.Protocols.LoadAsync("lsm-echo", $"if={name}");
        // The device's wire is a loop: the question comes back as if another station had asked, and so does the answer.
        await daemon.SendAsync(name);
        await ModuleFixture.EventuallyAsync(() => daemon.Find(name).Received.Packets >= 2, "the answer");
        await daemon.Protocols.UnloadAsync("echo");
        Assert.Contains("lsm-echo: stopped", daemon.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interface_that_is_down_is_taken_up_on_request()
    {
        await using ModuleFixture daemon = new();
        string name = Assert.Single(await daemon.Interfaces.LoadDriverAsync("faulty", null));
        await daemon.Protocols.LoadAsync("autoip", $"if={name},delay=1");
        await ModuleFixture.EventuallyAsync(() => daemon.Find(name).IsUp, "the interface goes up");
        await ModuleFixture.EventuallyAsync(() => !daemon.Find(name).Addresses.IsEmpty, "it gets its address");
        await daemon.Interfaces.DestroyAsync(name);
        await daemon.Protocols.UnloadAsync("lsm-autoip.so");
    }

    [Theory]
    [InlineData("autoip", "if=nosuch", "lsm-autoip: option if=nosuch: there is no such Ethernet interface; there are none")]
    [InlineData("autoip", "colour=red", "lsm-autoip: unknown option colour; it knows if=INTERFACE")]
    [InlineData("autoip", "delay=", "lsm-autoip: option delay: a value is missing")]
    [InlineData("qnet", null, "lsm-qnet is not part of this version of io-pkt; it comes with a later one (no module qnet; tried ")]
    [InlineData("multilink", null, "io-pkt-v4 has no multilink PPP; use io-pkt-v4-hc or io-pkt-v6-hc (no module multilink; tried ")]
    [InlineData("lsm-bridge.so", null, "io-pkt-v4 has no bridging; use io-pkt-v4-hc or io-pkt-v6-hc (no module lsm-bridge.so; tried ")]
    [InlineData("nosuch", null, "no module nosuch; tried ")]
    [InlineData("tcpip", null, "tcpip is built in")]
    public async Task One_that_cannot_start_is_a_message(string name, string? options, string expected)
    {
        await using ModuleFixture daemon = new();
        ModuleException refused = await Assert.ThrowsAsync<ModuleException>(() => daemon.Protocols.LoadAsync(name, options));
        Assert.StartsWith(expected, refused.Message, StringComparison.Ordinal);
        Assert.Empty(daemon.Protocols.All);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> CycleAsync(ModuleFixture daemon, string name)
    {
        await daemon.Protocols.LoadAsync("autoip", $"if={name}");
        RunningProtocol running = Assert.Single(daemon.Protocols.All);
        Assert.Equal(("lsm-autoip", $"if={name}"), (running.Name, running.Options));
        WeakReference module = ContextOf();
        await daemon.Protocols.UnloadAsync("autoip");
        return module;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference ContextOf() => new(System.Runtime.Loader.AssemblyLoadContext.All.Last(c => c.IsCollectible && c.Name == "lsm-autoip"));
}
