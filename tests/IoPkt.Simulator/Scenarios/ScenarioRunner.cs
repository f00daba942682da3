namespace IoPkt.Simulator;

/// <summary>What came of a scenario.</summary>
/// <param name="Scenario">It.</param>
/// <param name="Failure">What went wrong; <c>null</c>: nothing.</param>
/// <param name="Packets">Sent over the link.</param>
/// <param name="Duration">Microseconds of virtual time.</param>
internal readonly record struct ScenarioResult(Scenario Scenario, string? Failure, long Packets, long Duration);

/// <summary>Runs scenarios one after the other, on one thread, in packet memory that's kept over all of them: what one leaves behind the next would find.</summary>
internal sealed class ScenarioRunner : IDisposable
{
    private MbufPool[] _pools = [new(), new()];

    /// <summary>What all scenarios have met, if it's wanted.</summary>
    public CampaignStatistics? Statistics { get; init; }

    public ScenarioResult Run(Scenario scenario, PacketTrace? trace = null)
    {
        MbufPool[] pools = scenario.PoolBytes > 0 ? [SmallPool(scenario.PoolBytes), SmallPool(scenario.PoolBytes)] : _pools;
        Simulation simulation = new(scenario, pools[0], pools[1], trace);
        try
        {
            simulation.Run();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            simulation.Fail(exception.ToString());
        }
        Statistics?.Add(scenario, simulation);
        if (pools != _pools)
        {
            Array.ForEach(pools, p => p.Dispose());
        }
        else if (simulation.Failure is not null)
        {
            Dispose();
            _pools = [new(), new()];
        }
        return new ScenarioResult(scenario, simulation.Failure, simulation.Link.PacketsSent, simulation.Now);
    }

    public void Dispose() => Array.ForEach(_pools, p => p.Dispose());

    private static MbufPool SmallPool(int bytes) => new(new MbufPoolOptions { MaximumBytes = bytes, PageSize = 4096, MbufCache = 4, PacketCache = 4 });
}
