using System.Globalization;

namespace IoPkt.Benchmarks.Harness;

/// <summary>A network namespace that goes with the benchmark. Its kernel uses reno: other congestion controls pace, and hide what a stack can do.</summary>
internal sealed class PrivateNetwork : IDisposable
{
    private readonly Child _holder;

    private PrivateNetwork(Child holder) => _holder = holder;

    public string Target => _holder.Id.ToString(CultureInfo.InvariantCulture);

    public static async Task<PrivateNetwork> CreateAsync()
    {
        if (!Environment.IsPrivilegedProcess)
            throw new BenchmarkException("network namespaces and TAP devices need root: run it with sudo, or inside unshare --user --map-root-user --net");
        PrivateNetwork network = new(Child.Start(null, "unshare", "--net", "sh", "-c", """
            ip link set lo up
            echo reno > /proc/sys/net/ipv4/tcp_congestion_control
            echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6 2>/dev/null
            echo inside
            exec sleep infinity
            """));
        await network._holder.ReadLineAsync("unshare --net").ConfigureAwait(false);
        return network;
    }

    /// <summary>Gives a device its address ("10.9.0.1/24"), and takes it up.</summary>
    public async Task ConfigureAsync(string device, string address)
    {
        await RunAsync("ip", "addr", "add", address, "dev", device).ConfigureAwait(false);
        await RunAsync("ip", "link", "set", device, "up").ConfigureAwait(false);
    }

    /// <summary>Makes a veth of which one end has an address, and the other, <paramref name="end"/>, is for packet sockets.</summary>
    public async Task AddVethAsync(string device, string address, string end)
    {
        await RunAsync("ip", "link", "add", device, "type", "veth", "peer", "name", end).ConfigureAwait(false);
        await RunAsync("ip", "link", "set", end, "up").ConfigureAwait(false);
        await ConfigureAsync(device, address).ConfigureAwait(false);
    }

    public Task<string> RunAsync(params IEnumerable<string> commandLine) => Child.RunAsync(Enter(commandLine));

    public Child Start(IReadOnlyDictionary<string, string>? environment, params IEnumerable<string> commandLine) =>
        Child.Start(environment, Enter(commandLine));

    public void Dispose() => _holder.Dispose();

    private IEnumerable<string> Enter(IEnumerable<string> commandLine) => ["nsenter", "--target", Target, "--net", .. commandLine];
}
