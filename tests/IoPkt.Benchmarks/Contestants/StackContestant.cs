using System.Diagnostics;
using System.Globalization;
using IoPkt.Benchmarks.Harness;
using IoPkt.Client;
using IoPkt.Wire.Management;

namespace IoPkt.Benchmarks.Contestants;

/// <summary>
/// Our stack on a TAP: <em>embedded</em>, with the services inside its process, or <em>sockrun</em>, with unmodified programs above it.
/// </summary>
internal sealed class StackContestant(Programs programs, bool isEmbedded, bool offload, int? threads, EmulatedPath? path = null) : Contestant(programs)
{
    private const string HostInterface = "wire0";

    private const string Interface = "tap0";

    // Its own: one that's started to be timed must not be taken for one that runs beside it.
    private readonly string _prefix = Path.Combine(programs.Folder.FullName, Path.GetRandomFileName());

    private Child? _daemon;
    private Child? _server;
    private Child? _relay;
    private IoPktClient? _client;

    public override string Name => (isEmbedded ? "embedded" : "sockrun") + (path is not null ? $"-{path.CongestionControl}" : offload ? "" : "-plain");

    public override string Address => "10.9.0.2";

    public int DaemonProcess => _daemon!.Id;

    protected override IReadOnlyList<int> StackProcesses => [DaemonProcess];

    protected override IReadOnlyList<int> ServerProcesses => _server is null ? [] : [_server.Id];

    private Dictionary<string, string> ClientEnvironment => new() { ["SOCK"] = _prefix };

    public override Child? StartServer(params string[] commandLine) =>
        isEmbedded ? null : Network.Start(ClientEnvironment, [Programs.Sockrun, .. commandLine]);

    protected override async Task SetUpAsync()
    {
        await StartDaemonAsync().ConfigureAwait(false);
        _daemon!.Discard();
        if (path is not null)
            await SetUpPathAsync().ConfigureAwait(false);
        if (isEmbedded)
            return;
        _server = StartServer([Programs.Load, "serve", Address, .. EmulatedPath.ServerOptions(path)])!;
        await _server.ReadLineAsync("sockrun load serve").ConfigureAwait(false);
    }

    private async Task SetUpPathAsync()
    {
        // The interface without an address must not answer for the other one's.
        await Network.RunAsync("sh", "-c", $"echo 1 > /proc/sys/net/ipv4/conf/{HostInterface}/arp_ignore; ip link set {HostInterface} up").ConfigureAwait(false);
        _relay = await path!.StartAsync(Network, HostInterface, "10.9.0.1/24").ConfigureAwait(false);
    }

    /// <summary>The daemon alone, in somebody else's namespace: from its exec until its interface has its address.</summary>
    public Task StartOnAsync(PrivateNetwork network)
    {
        Network = network;
        return StartDaemonAsync();
    }

    private async Task StartDaemonAsync()
    {
        string[] program = isEmbedded ? [Programs.Self, "embedded"] : [Programs.Daemon];
        Dictionary<string, string> environment = new() { ["IOPKT_LIBRARY_PATH"] = Programs.Modules };
        _daemon = Network.Start(environment, [.. program, "--foreground", "-d", "tap", path is not null ? $"if={HostInterface},offload=0" : $"host=10.9.0.1/24{(offload ? "" : ",offload=0")}",
            "-p", "tcpip", $"prefix={_prefix}", .. threads is { } count ? (string[])["-t", count.ToString(CultureInfo.InvariantCulture)] : []]);
        _client = new IoPktClient(_prefix);
        for (long start = Stopwatch.GetTimestamp(); ;)
        {
            try
            {
                await _client.Management.SetAddressAsync(new AddressSettings { Interface = Interface, Address = Address, PrefixLength = 24 }).ConfigureAwait(false);
                return;
            }
            catch (IoPktException e)
            {
                if (_daemon.HasExited || Stopwatch.GetElapsedTime(start) > TimeSpan.FromSeconds(20))
                    throw new BenchmarkException($"{Name} doesn't serve: {e.Message}");
                await Task.Delay(1).ConfigureAwait(false);
            }
        }
    }

    protected override async Task<IReadOnlyDictionary<string, double>> CountersAsync()
    {
        InterfaceInfo device = await _client!.Management.GetInterfaceAsync(Interface).ConfigureAwait(false);
        ManagedMemory managed = (await _client.Management.GetMbufsAsync().ConfigureAwait(false)).Managed;
        return new Dictionary<string, double>
        {
            ["frames"] = device.Received.Packets + device.Transmitted.Packets,
            ["allocated"] = managed.AllocatedBytes,
            ["collections"] = managed.Collections,
        };
    }

    protected override Task TearDownAsync()
    {
        _client?.Dispose();
        _server?.Dispose();
        _relay?.Dispose();
        _daemon?.Dispose();
        return Task.CompletedTask;
    }
}
