using IoPkt.Benchmarks.Harness;

namespace IoPkt.Benchmarks.Contestants;

/// <summary>The kernel's stack, over a veth to another namespace.</summary>
internal sealed class KernelContestant(Programs programs) : Contestant(programs)
{
    private PrivateNetwork? _served;
    private Child? _server;

    public override string Name => "kernel";

    public override string Address => "10.9.0.2";

    protected override IReadOnlyList<int> ServerProcesses => [_server!.Id];

    public override Child? StartServer(params string[] commandLine) => _served!.Start(null, commandLine);

    protected override async Task SetUpAsync()
    {
        _served = await PrivateNetwork.CreateAsync().ConfigureAwait(false);
        await Network.RunAsync("ip", "link", "add", "veth0", "type", "veth", "peer", "name", "veth0", "netns", _served.Target).ConfigureAwait(false);
        foreach ((PrivateNetwork network, string address) in ((PrivateNetwork, string)[])[(Network, "10.9.0.1/24"), (_served, $"{Address}/24")])
        {
            await network.RunAsync("ip", "addr", "add", address, "dev", "veth0").ConfigureAwait(false);
            await network.RunAsync("ip", "link", "set", "veth0", "up").ConfigureAwait(false);
        }
        _server = _served.Start(null, Programs.Load, "serve", Address);
        await _server.ReadLineAsync("load serve").ConfigureAwait(false);
    }

    protected override Task TearDownAsync()
    {
        _server?.Dispose();
        _served?.Dispose();
        return Task.CompletedTask;
    }
}
