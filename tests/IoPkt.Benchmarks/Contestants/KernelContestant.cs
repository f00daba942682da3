using IoPkt.Benchmarks.Harness;

namespace IoPkt.Benchmarks.Contestants;

/// <summary>The kernel's stack in another namespace, over a veth or an emulated path.</summary>
internal sealed class KernelContestant(Programs programs, EmulatedPath? path = null) : Contestant(programs)
{
    private const string Interface = "veth0";

    private Child? _relay;
    private PrivateNetwork? _served;
    private Child? _server;

    public override string Name => path is null ? "kernel" : $"kernel-{path.CongestionControl}";

    public override string Address => "10.9.0.2";

    protected override IReadOnlyList<int> ServerProcesses => [_server!.Id];

    public override Child? StartServer(params string[] commandLine) => _served!.Start(null, commandLine);

    protected override async Task SetUpAsync()
    {
        _served = await PrivateNetwork.CreateAsync().ConfigureAwait(false);
        if (path is null)
        {
            await Network.RunAsync("ip", "link", "add", Interface, "type", "veth", "peer", "name", Interface, "netns", _served.Target).ConfigureAwait(false);
            await Network.ConfigureAsync(Interface, "10.9.0.1/24").ConfigureAwait(false);
        }
        else
        {
            _relay = await path.StartAsync(Network, Interface, "10.9.0.1/24").ConfigureAwait(false);
            await Network.RunAsync("ip", "link", "set", Interface, "netns", _served.Target).ConfigureAwait(false);
        }
        await _served.ConfigureAsync(Interface, $"{Address}/24").ConfigureAwait(false);
        _server = _served.Start(null, [Programs.Load, "serve", Address, .. EmulatedPath.ServerOptions(path)]);
        await _server.ReadLineAsync("load serve").ConfigureAwait(false);
    }

    protected override Task TearDownAsync()
    {
        _server?.Dispose();
        _relay?.Dispose();
        _served?.Dispose();
        return Task.CompletedTask;
    }
}
