using IoPkt.Benchmarks.Harness;

namespace IoPkt.Benchmarks.Contestants;

/// <summary>What is between the stack and the load generator's kernel.</summary>
internal enum Wire
{
    /// <summary>A TAP with checksum and segmentation offload.</summary>
    Tap,

    /// <summary>A TAP without any.</summary>
    PlainTap,

    /// <summary>A veth, with packet sockets on the stack's end.</summary>
    PacketSocket,
}

/// <summary>
/// Our stack: <em>embedded</em>, with the services inside its process, or <em>sockrun</em>, with unmodified programs above it.
/// </summary>
internal sealed class StackContestant(Programs programs, bool isEmbedded, Wire wire, int? threads, EmulatedPath? path = null) : Contestant(programs)
{
    /// <summary>The kernel's end.</summary>
    private const string HostInterface = "wire0";

    /// <summary>The other end of a veth.</summary>
    private const string OtherEnd = "wire1";

    private const string HostAddress = "10.9.0.1/24";

    private StackDaemon? _daemon;
    private Child? _server;
    private Child? _relay;

    public override string Name => (isEmbedded ? "embedded" : "sockrun") + (path is not null ? $"-{path.CongestionControl}" : Suffix(wire));

    public override string Address => "10.9.0.2";

    public int DaemonProcess => _daemon!.Process;

    protected override IReadOnlyList<int> StackProcesses => [DaemonProcess];

    protected override IReadOnlyList<int> ServerProcesses => _server is null ? [] : [_server.Id];

    /// <summary>The same, in namespaces of its own, and not used before.</summary>
    public async Task<StackContestant> StartAnotherAsync()
    {
        StackContestant other = new(Programs, isEmbedded, wire, threads, path);
        await other.StartAsync().ConfigureAwait(false);
        return other;
    }

    public override Child? StartServer(params string[] commandLine) =>
        isEmbedded ? null : Network.Start(_daemon!.ClientEnvironment, [Programs.Sockrun, .. commandLine]);

    protected override async Task SetUpAsync()
    {
        if (wire == Wire.PacketSocket)
            await Network.AddVethAsync(HostInterface, HostAddress, OtherEnd).ConfigureAwait(false);
        _daemon = StackDaemon.Start(Programs, Network, isEmbedded ? [Programs.Self, "embedded"] : [Programs.Daemon], [Driver], threads: threads);
        await _daemon.SetAddressAsync(wire == Wire.PacketSocket ? "pkt0" : "tap0", Address).ConfigureAwait(false);
        _daemon.Discard();
        if (path is not null)
            await SetUpPathAsync().ConfigureAwait(false);
        if (isEmbedded)
            return;
        _server = StartServer([Programs.Load, "serve", Address, .. EmulatedPath.ServerOptions(path)])!;
        await _server.ReadLineAsync("sockrun load serve").ConfigureAwait(false);
    }

    private (string, string) Driver => wire switch
    {
        Wire.PacketSocket => ("packet", $"if={OtherEnd}"),
        _ when path is not null => ("tap", $"if={HostInterface},offload=0"),
        Wire.PlainTap => ("tap", $"host={HostAddress},offload=0"),
        _ => ("tap", $"host={HostAddress}"),
    };

    private async Task SetUpPathAsync()
    {
        // The interface without an address must not answer for the other one's.
        await Network.RunAsync("sh", "-c", $"echo 1 > /proc/sys/net/ipv4/conf/{HostInterface}/arp_ignore; ip link set {HostInterface} up").ConfigureAwait(false);
        _relay = await path!.StartAsync(Network, HostInterface, HostAddress).ConfigureAwait(false);
    }

    protected override Task<IReadOnlyDictionary<string, double>> CountersAsync() => _daemon!.CountersAsync();

    protected override Task TearDownAsync()
    {
        _server?.Dispose();
        _relay?.Dispose();
        _daemon?.Dispose();
        return Task.CompletedTask;
    }
}
