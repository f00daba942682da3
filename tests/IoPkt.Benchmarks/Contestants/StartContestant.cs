using IoPkt.Benchmarks.Harness;

namespace IoPkt.Benchmarks.Contestants;

/// <summary>A namespace in which daemons are started to be timed.</summary>
internal sealed class StartContestant(Programs programs, int? threads) : Contestant(programs)
{
    public override string Name => "start";

    public override string Address => "10.9.0.2";

    public StackContestant Create() => new(Programs, isEmbedded: false, offload: true, threads);

    protected override Task SetUpAsync() => Task.CompletedTask;
}
