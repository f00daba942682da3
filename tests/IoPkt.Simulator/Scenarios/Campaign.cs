namespace IoPkt.Simulator;

/// <summary>Many scenarios on several threads.</summary>
/// <param name="seeds">Of the scenarios.</param>
/// <param name="jobs">How many at a time.</param>
/// <param name="failuresWanted">It stops after that many.</param>
/// <param name="statistics">Gets what the scenarios meet; <c>null</c>: it isn't wanted.</param>
internal sealed class Campaign(SeedRange seeds, int jobs, int failuresWanted, CampaignStatistics? statistics = null)
{
    private const int Chunk = 64;

    private readonly List<ScenarioResult> _failures = [];
    private long _next = seeds.First;
    private long _scenarios;
    private long _packets;
    private long _duration;

    public long Scenarios => Interlocked.Read(ref _scenarios);

    public long Packets => Interlocked.Read(ref _packets);

    /// <summary>Seconds of virtual time.</summary>
    public double Duration => Interlocked.Read(ref _duration) / 1e6;

    /// <summary>Those that failed, by seed.</summary>
    public IReadOnlyList<ScenarioResult> Failures => [.. _failures.OrderBy(f => f.Scenario.Seed)];

    public void Run()
    {
        Thread[] threads = [.. Enumerable.Range(0, jobs).Select(n => new Thread(Work) { Name = $"job {n}" })];
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
    }

    private void Work()
    {
        using ScenarioRunner runner = new() { Statistics = statistics };
        for (long first; (first = Interlocked.Add(ref _next, Chunk) - Chunk) < seeds.End;)
        {
            for (long seed = first; seed < Math.Min(first + Chunk, seeds.End); seed++)
            {
                ScenarioResult result = runner.Run(ScenarioDraw.FromSeed((int)seed));
                Interlocked.Increment(ref _scenarios);
                Interlocked.Add(ref _packets, result.Packets);
                Interlocked.Add(ref _duration, result.Duration);
                if (result.Failure is not null && !Note(result))
                    return;
            }
        }
    }

    /// <returns>Whether to go on.</returns>
    private bool Note(in ScenarioResult failure)
    {
        lock (_failures)
        {
            _failures.Add(failure);
            if (_failures.Count < failuresWanted)
                return true;
            Interlocked.Exchange(ref _next, seeds.End);
            return false;
        }
    }
}
