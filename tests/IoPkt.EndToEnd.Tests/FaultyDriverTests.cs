using IoPkt.EndToEnd.Tests.Harness;
using Xunit;

namespace IoPkt.EndToEnd.Tests;

/// <summary>A driver that fails or hangs, wherever it's called: the stack and the other interfaces go on, and the tools answer.</summary>
public sealed class FaultyDriverTests
{
    [Theory]
    [InlineData("throw=init", "lo0 tap0")]
    [InlineData("throw=start", null)]
    [InlineData("throw=stop", "lo0 faulty0 tap0")]
    [InlineData("throw=receive", null)]
    [InlineData("throw=transmit", null)]
    [InlineData("throw=mtu", "lo0 faulty0 tap0")]
    [InlineData("throw=media", null)]
    [InlineData("throw=dispose", "lo0 faulty0 tap0")]
    [InlineData("hang=stop,seconds=2", "lo0 faulty0 tap0")]
    public async Task It_keeps_nobody_else_from_working(string fault, string? interfaces)
    {
        await using Daemons daemons = await Daemons.CreateAsync();
        string prefix = await daemons.StartAsync(0, interfaces, "-d", "faulty", fault, "-d", "tap", "host=10.1.0.1/24");
        (await daemons.ToolAsync(prefix, "ifconfig", "tap0", "10.1.0.2/24")).Succeeded();
        using Command traffic = StartTraffic(daemons);
        // What these say of the faulty interface is its own affair; that they end is everybody's.
        _ = await daemons.ToolAsync(prefix, "ifconfig", "faulty0", "10.2.0.1/24");
        _ = await daemons.ToolAsync(prefix, "ping", "-c", "1", "-w", "1", "10.2.0.9");
        Outcome mtu = await daemons.ToolAsync(prefix, "ifconfig", "faulty0", "mtu", "1400");
        _ = await daemons.ToolAsync(prefix, "ifconfig", "faulty0", "down");
        Task<Outcome> destroy = daemons.ToolAsync(prefix, "ifconfig", "faulty0", "destroy");
        Assert.Contains("tap0: flags=", (await daemons.ToolAsync(prefix, "ifconfig", "-a")).Succeeded(), StringComparison.Ordinal);
        Assert.Contains("1 packets received", (await daemons.ToolAsync(prefix, "ping", "-c", "1", "10.1.0.1")).Succeeded(), StringComparison.Ordinal);
        Assert.Contains("tap0:", (await daemons.ToolAsync(prefix, "nicinfo", "-a")).Succeeded(), StringComparison.Ordinal);
        Outcome gone = await destroy;
        Assert.All([mtu, gone], tool => Assert.DoesNotContain("   at ", tool.Error, StringComparison.Ordinal));
        if (fault == "throw=mtu")
            Assert.Contains("the driver is broken in mtu", mtu.Error, StringComparison.Ordinal);
        else if (fault.StartsWith("throw", StringComparison.Ordinal) && fault != "throw=dispose")
            Assert.Contains($"the driver is broken in {fault[6..]}", daemons.Log(0), StringComparison.Ordinal);
        Assert.DoesNotContain("faulty0", (await daemons.ToolAsync(prefix, "ifconfig", "-l")).Succeeded(), StringComparison.Ordinal);
        await AssertNothingLostAsync(traffic);
    }

    [Fact]
    public async Task One_that_is_mounted_and_hangs_in_its_initialization_holds_up_its_mount_alone()
    {
        await using Daemons daemons = await Daemons.CreateAsync();
        string prefix = await daemons.StartAsync(0, "lo0 tap0", "-d", "tap", "host=10.1.0.1/24");
        (await daemons.ToolAsync(prefix, "ifconfig", "tap0", "10.1.0.2/24")).Succeeded();
        using Command traffic = StartTraffic(daemons);
        Dictionary<string, string?> environment = new(daemons.Environment) { ["SOCK"] = prefix };
        using Command hanging = daemons.Network.Start(environment, Installation.Tool("mount"), "-T", "io-pkt", "-o", "hang=init,seconds=30", "faulty");
        for (int i = 0; i < 3; i++)
        {
            Assert.Contains("tap0: flags=", (await daemons.ToolAsync(prefix, "ifconfig", "-a")).Succeeded(), StringComparison.Ordinal);
            (await daemons.ToolAsync(prefix, "mount", "-T", "io-pkt", "faulty")).Succeeded();
            (await daemons.ToolAsync(prefix, "ifconfig", "faulty0", "destroy")).Succeeded();
        }
        Assert.False(hanging.HasExited);
        // Whoever has no more patience takes their hands off it.
        hanging.Signal(NativeMethods.Interrupt);
        Assert.Equal(130, (await hanging.WaitAsync(TimeSpan.FromSeconds(10))).ExitCode);
        Assert.Equal("lo0 tap0", (await daemons.ToolAsync(prefix, "ifconfig", "-l")).Succeeded().Trim());
        await AssertNothingLostAsync(traffic);
    }

    private static Command StartTraffic(Daemons daemons)
    {
        Requires.Programs("ping");
        return daemons.Network.Start(null, "ping", "-q", "-i", "0.01", "-W", "10", "10.1.0.2");
    }

    private static async Task AssertNothingLostAsync(Command traffic)
    {
        traffic.Signal(NativeMethods.Interrupt);
        PingOutput.AssertNothingLost((await traffic.WaitAsync(TimeSpan.FromSeconds(20))).Output);
    }
}
