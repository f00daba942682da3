using System.Globalization;
using IoPkt.Benchmarks.Harness;
using IoPkt.Wire.Management;

namespace IoPkt.Benchmarks.Contestants;

/// <summary>
/// A router between two networks. Both ends of the path are in one namespace, which sends to a network behind the router, and counts what comes back on the other interface.
/// </summary>
internal abstract class GatewayContestant(Programs programs) : Contestant(programs)
{
    /// <summary>Interfaces of the namespace with the load generator.</summary>
    protected const string Near = "near0", Far = "far0";

    protected const string NearNetwork = "10.9.0", FarNetwork = "10.9.1", Behind = "10.9.2";

    /// <summary>The next router, which isn't there: a frame to another station is the cheapest to drop.</summary>
    protected const string NextRouter = $"{FarNetwork}.3", NextRouterStation = "02:00:00:00:00:03";

    public override string Address => $"{Behind}.7";

    /// <summary>Frames of 64 bytes, with the checksum that a TAP doesn't show; beside it, where the frames of the whole run are known, what each cost the processor.</summary>
    public async Task<Sample> ForwardAsync(double seconds)
    {
        Sample sample = await LoadAsync("forward", seconds.ToString(CultureInfo.InvariantCulture), Far).ConfigureAwait(false);
        if (!sample.Details.TryGetValue("frames", out double frames) || frames == 0)
            return sample;
        // Each frame is counted where it comes and where it leaves.
        return sample with { Details = new Dictionary<string, double>(sample.Details) { ["stack µs"] = sample.Details["stack cpu"] * 1e6 / (frames / 2) } };
    }

    protected Task RouteAsync() => Network.RunAsync("ip", "route", "add", $"{Behind}.0/24", "via", $"{NearNetwork}.2", "dev", Near);
}

/// <summary>The least code that can pass frames between two TAPs: <c>native/gateway.c</c>.</summary>
internal sealed class FloorGateway(Programs programs) : GatewayContestant(programs)
{
    private Child? _floor;

    public override string Name => "floor-gateway";

    protected override IReadOnlyList<int> StackProcesses => [_floor!.Id];

    protected override async Task SetUpAsync()
    {
        _floor = Network.Start(null, Programs.Gateway, Near, Far);
        await _floor.ReadLineAsync("gateway").ConfigureAwait(false);
        await Network.ConfigureAsync(Near, $"{NearNetwork}.1/24").ConfigureAwait(false);
        await Network.ConfigureAsync(Far, $"{FarNetwork}.1/24").ConfigureAwait(false);
        // It knows no ARP.
        await Network.RunAsync("ip", "neigh", "replace", $"{NearNetwork}.2", "lladdr", "02:00:00:00:00:09", "dev", Near).ConfigureAwait(false);
        await RouteAsync().ConfigureAwait(false);
    }

    protected override Task TearDownAsync()
    {
        _floor?.Dispose();
        return Task.CompletedTask;
    }
}

/// <summary>The kernel in another namespace, over two veths.</summary>
internal sealed class KernelGateway(Programs programs) : GatewayContestant(programs)
{
    private PrivateNetwork? _router;

    public override string Name => "kernel-gateway";

    protected override async Task SetUpAsync()
    {
        _router = await PrivateNetwork.CreateAsync().ConfigureAwait(false);
        foreach ((string device, string network) in ((string, string)[])[(Near, NearNetwork), (Far, FarNetwork)])
        {
            await Network.RunAsync("ip", "link", "add", device, "type", "veth", "peer", "name", device, "netns", _router.Target).ConfigureAwait(false);
            await Network.ConfigureAsync(device, $"{network}.1/24").ConfigureAwait(false);
            await _router.ConfigureAsync(device, $"{network}.2/24").ConfigureAwait(false);
        }
        await _router.RunAsync("sh", "-c", $"""
            echo 1 > /proc/sys/net/ipv4/ip_forward
            ip route add {Behind}.0/24 via {NextRouter}
            ip neigh replace {NextRouter} lladdr {NextRouterStation} dev {Far}
            """).ConfigureAwait(false);
        await RouteAsync().ConfigureAwait(false);
    }

    protected override Task TearDownAsync()
    {
        _router?.Dispose();
        return Task.CompletedTask;
    }
}

/// <summary>Our stack between two interfaces.</summary>
/// <param name="programs">What it runs.</param>
/// <param name="isFast">Known flows don't go through the stack context.</param>
/// <param name="wire">Of both. A TAP without offload is opened as the floor opens it, with one queue: the kernel takes longer for each frame otherwise.</param>
/// <param name="threads">Packet threads.</param>
internal sealed class StackGateway(Programs programs, bool isFast, Wire wire, int? threads) : GatewayContestant(programs)
{
    private StackDaemon? _daemon;

    public override string Name => "gateway" + Suffix(wire) + (isFast ? "" : "-slow");

    protected override IReadOnlyList<int> StackProcesses => [_daemon!.Process];

    protected override async Task SetUpAsync()
    {
        (string, string)[] drivers = [await ConnectAsync(Near, NearNetwork).ConfigureAwait(false), await ConnectAsync(Far, FarNetwork).ConfigureAwait(false)];
        _daemon = StackDaemon.Start(Programs, Network, [Programs.Daemon], drivers, $",fastforward={(isFast ? 1 : 0)}", threads);
        string name = wire == Wire.PacketSocket ? "pkt" : "tap";
        await _daemon.SetAddressAsync($"{name}0", $"{NearNetwork}.2").ConfigureAwait(false);
        await _daemon.SetAddressAsync($"{name}1", $"{FarNetwork}.2").ConfigureAwait(false);
        _daemon.Discard();
        await _daemon.Management.ChangeSettingAsync("net.inet.ip.forwarding", "1").ConfigureAwait(false);
        await _daemon.Management.SetNeighborAsync(new NeighborSettings(NextRouter, NextRouterStation)).ConfigureAwait(false);
        await _daemon.Management.AddRouteAsync(new RouteSettings { Destination = $"{Behind}.0", PrefixLength = 24, Gateway = NextRouter }).ConfigureAwait(false);
        await RouteAsync().ConfigureAwait(false);
    }

    /// <returns>The driver at the other end of the namespace's interface, and its options.</returns>
    private async Task<(string, string)> ConnectAsync(string device, string network)
    {
        if (wire != Wire.PacketSocket)
            return ("tap", $"if={device},host={network}.1/24{(wire == Wire.PlainTap ? ",offload=0,queues=1" : "")}");
        string end = $"{device}-end";
        await Network.AddVethAsync(device, $"{network}.1/24", end).ConfigureAwait(false);
        return ("packet", $"if={end}");
    }

    protected override Task<IReadOnlyDictionary<string, double>> CountersAsync() => _daemon!.CountersAsync();

    protected override Task TearDownAsync()
    {
        _daemon?.Dispose();
        return Task.CompletedTask;
    }
}
