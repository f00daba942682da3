using System.Text.Json;
using IoPkt.Benchmarks.Harness;

namespace IoPkt.Benchmarks.Contestants;

/// <summary>What one run gave.</summary>
/// <param name="Value">The figure that rows compare.</param>
/// <param name="Details">Whatever else is known, by name.</param>
internal sealed record Sample(double Value, IReadOnlyDictionary<string, double> Details);

/// <summary>A stack that serves at <see cref="Address"/>, in namespaces of its own, to a load generator on a kernel's stack.</summary>
internal abstract class Contestant(Programs programs) : IAsyncDisposable
{
    private PrivateNetwork? _ownNetwork;

    public abstract string Name { get; }

    /// <summary>Where its services are.</summary>
    public abstract string Address { get; }

    /// <summary>Where the load comes from.</summary>
    public PrivateNetwork Network { get; protected set; } = null!;

    protected Programs Programs => programs;

    /// <summary>The processes whose CPU time is the stack's; none where it's a kernel.</summary>
    protected virtual IReadOnlyList<int> StackProcesses => [];

    /// <summary>The processes of an unmodified server above it.</summary>
    protected virtual IReadOnlyList<int> ServerProcesses => [];

    public async Task StartAsync()
    {
        Network = _ownNetwork = await PrivateNetwork.CreateAsync().ConfigureAwait(false);
        await SetUpAsync().ConfigureAwait(false);
    }

    /// <summary>One run of the load generator.</summary>
    public async Task<Sample> LoadAsync(params string[] arguments)
    {
        IReadOnlyDictionary<string, double> first = await CountersAsync().ConfigureAwait(false), before = await CountersAsync().ConfigureAwait(false);
        double stack = ProcessUsage.Cpu(StackProcesses), server = ProcessUsage.Cpu(ServerProcesses);
        Dictionary<string, double> details = Parse(await RunLoadAsync(arguments).ConfigureAwait(false));
        if (StackProcesses.Count > 0)
            details["stack cpu"] = ProcessUsage.Cpu(StackProcesses) - stack;
        if (ServerProcesses.Count > 0)
            details["server cpu"] = ProcessUsage.Cpu(ServerProcesses) - server;
        // The question itself allocates: as much as it did between the first two times isn't the run's.
        foreach ((string name, double value) in await CountersAsync().ConfigureAwait(false))
            details[name] = Math.Max(0, value - before[name] - (before[name] - first[name]));
        return new Sample(details["value"], details);
    }

    public Child StartLoad(params string[] arguments) => Network.Start(null, [programs.Load, arguments[0], Address, .. arguments[1..]]);

    /// <summary>Starts an unmodified program on the stack; <c>null</c> where there's no place for one.</summary>
    public virtual Child? StartServer(params string[] commandLine) => null;

    public async ValueTask DisposeAsync()
    {
        await TearDownAsync().ConfigureAwait(false);
        _ownNetwork?.Dispose();
    }

    /// <summary>What a contestant's name says of its wire.</summary>
    protected static string Suffix(Wire wire) => wire switch
    {
        Wire.PlainTap => "-plain",
        Wire.PacketSocket => "-packet",
        _ => "",
    };

    protected abstract Task SetUpAsync();

    protected virtual Task TearDownAsync() => Task.CompletedTask;

    /// <summary>Numbers that only grow, whose growth during a run is worth showing.</summary>
    protected virtual Task<IReadOnlyDictionary<string, double>> CountersAsync() =>
        Task.FromResult<IReadOnlyDictionary<string, double>>(new Dictionary<string, double>());

    private async Task<string> RunLoadAsync(string[] arguments)
    {
        using Child load = StartLoad(arguments);
        return await load.FinishAsync($"load {string.Join(' ', arguments)} against {Name}").ConfigureAwait(false);
    }

    private static Dictionary<string, double> Parse(string json) =>
        JsonSerializer.Deserialize<Dictionary<string, double>>(json) ?? throw new BenchmarkException($"the load generator's answer isn't JSON: {json}");
}
