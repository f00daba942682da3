using IoPkt.Benchmarks.Harness;

namespace IoPkt.Benchmarks.Contestants;

/// <summary>A namespace in which daemons of one variant are started to be looked at.</summary>
internal sealed class VariantContestant(Programs programs, string variant, int? threads) : Contestant(programs)
{
    public override string Name => variant;

    public override string Address => "10.9.0.2";

    /// <summary>With one TAP interface, which has no address yet.</summary>
    public StackDaemon Exec() => StackDaemon.Start(Programs, Network, [Programs.Variant(variant)], [("tap", "host=10.9.0.1/24")], threads: threads);

    /// <summary>Gives the interface its address as soon as it's there.</summary>
    public Task ConfigureAsync(StackDaemon daemon) => daemon.SetAddressAsync("tap0", Address);

    protected override Task SetUpAsync() => Task.CompletedTask;
}
