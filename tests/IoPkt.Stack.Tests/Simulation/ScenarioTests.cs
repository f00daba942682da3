using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace IoPkt.Stack.Tests.Simulation;

/// <summary>
/// Scenarios drawn from seeds. <c>IOPKT_SIMULATIONS</c> says how many (default: what ten seconds take), <c>IOPKT_SEED</c> where to begin.
/// </summary>
public sealed class ScenarioTests(ITestOutputHelper output)
{
    private const int DefaultCount = 3000;

    [Fact]
    public void Every_scenario_delivers_all_bytes_or_the_right_error_and_returns_all_memory()
    {
        int count = Read("IOPKT_SIMULATIONS", DefaultCount), first = Read("IOPKT_SEED", 1);
        Stopwatch watch = Stopwatch.StartNew();
        long packets = 0;
        double seconds = 0;
        using Pools pools = new();
        for (int seed = first; seed < first + count; seed++)
        {
            Simulation simulation = new(Scenario.FromSeed(seed), pools.A, pools.B);
            bool passed;
            try
            {
                passed = simulation.Run();
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                simulation.Fail(exception.ToString());
                passed = false;
            }
            packets += simulation.Link.PacketsSent;
            seconds += simulation.Now / 1e6;
            if (!passed)
                Assert.Fail(Explain(seed, simulation.Failure!));
        }
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{count} scenarios, {packets} packets, {seconds:F0} s of virtual time in {watch.Elapsed.TotalSeconds:F1} s: {count / watch.Elapsed.TotalSeconds:F0} scenarios/s"));
    }

    /// <summary>The same run once more, with its packets.</summary>
    private static string Explain(int seed, string failure)
    {
        using Pools pools = new();
        Scenario scenario = Scenario.FromSeed(seed);
        Simulation simulation = new(scenario, pools.A, pools.B, trace: true);
        try
        {
            simulation.Run();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // It's the failure that we came for.
        }
        return $"{failure}\n{scenario}\n{simulation.Trace!.Tail(Read("IOPKT_TRACE", 100))}";
    }

    private static int Read(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out int value) ? value : otherwise;

    /// <summary>Kept over all runs: what one leaves behind the next would find.</summary>
    private sealed class Pools : IDisposable
    {
        public MbufPool A { get; } = new();

        public MbufPool B { get; } = new();

        public void Dispose()
        {
            A.Dispose();
            B.Dispose();
        }
    }
}
