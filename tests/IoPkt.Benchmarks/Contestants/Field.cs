using System.Globalization;
using IoPkt.Benchmarks.Harness;

namespace IoPkt.Benchmarks.Contestants;

/// <summary>The contestants that the chosen rows need, each set up once.</summary>
internal sealed class Field(Programs programs, int? threads) : IAsyncDisposable
{
    private readonly Dictionary<string, Contestant> _started = [];

    public async Task<Contestant> GetAsync(string name)
    {
        if (_started.TryGetValue(name, out Contestant? known))
            return known;
        Contestant created = Create(name);
        _started.Add(name, created);
        await created.StartAsync().ConfigureAwait(false);
        return created;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Contestant contestant in _started.Values)
            await contestant.DisposeAsync().ConfigureAwait(false);
    }

    private Contestant Create(string name) => name switch
    {
        "floor" => new FloorContestant(programs, offload: true),
        "floor-plain" => new FloorContestant(programs, offload: false),
        "kernel" => new KernelContestant(programs),
        "embedded" => new StackContestant(programs, isEmbedded: true, Wire.Tap, threads),
        "embedded-plain" => new StackContestant(programs, isEmbedded: true, Wire.PlainTap, threads),
        "embedded-packet" => new StackContestant(programs, isEmbedded: true, Wire.PacketSocket, threads),
        "sockrun" => new StackContestant(programs, isEmbedded: false, Wire.Tap, threads),
        "sockrun-plain" => new StackContestant(programs, isEmbedded: false, Wire.PlainTap, threads),
        "sockrun-packet" => new StackContestant(programs, isEmbedded: false, Wire.PacketSocket, threads),
        "floor-gateway" => new FloorGateway(programs),
        "kernel-gateway" => new KernelGateway(programs),
        "gateway" => new StackGateway(programs, isFast: true, Wire.Tap, threads),
        "gateway-slow" => new StackGateway(programs, isFast: false, Wire.Tap, threads),
        "gateway-plain" => new StackGateway(programs, isFast: true, Wire.PlainTap, threads),
        "gateway-plain-slow" => new StackGateway(programs, isFast: false, Wire.PlainTap, threads),
        "gateway-packet" => new StackGateway(programs, isFast: true, Wire.PacketSocket, threads),
        "gateway-packet-slow" => new StackGateway(programs, isFast: false, Wire.PacketSocket, threads),
        "io-pkt-v4" or "io-pkt-v4-hc" or "io-pkt-v6-hc" => new VariantContestant(programs, name, threads),
        _ when name.Split('@') is [string kind, string loss] => CreateOnPath(kind, double.Parse(loss, CultureInfo.InvariantCulture)),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
    };

    /// <param name="kind">Kernel or sockrun, and the congestion control.</param>
    /// <param name="loss">0 to 1.</param>
    private Contestant CreateOnPath(string kind, double loss)
    {
        string[] words = kind.Split('-');
        EmulatedPath path = new(words[1], loss);
        return words[0] == "kernel" ? new KernelContestant(programs, path) : new StackContestant(programs, isEmbedded: false, Wire.PlainTap, threads, path);
    }
}
