using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace IoPkt.Stack.Tests.Simulation;

/// <summary>A share of the simulator's scenarios; <c>simulator --seeds</c> runs as many as you like, and explains one.</summary>
public sealed class ScenarioTests(ITestOutputHelper output)
{
    private const int Count = 3000;

    [Fact]
    public void Every_scenario_delivers_all_bytes_or_the_right_error_and_returns_all_memory()
    {
        Stopwatch watch = Stopwatch.StartNew();
        Campaign campaign = new(new SeedRange(0, Count), 1, 1);
        campaign.Run();
        if (campaign.Failures.Count > 0)
            Assert.Fail(Explanation.Of(campaign.Failures[0].Scenario.Seed, 100));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{campaign.Scenarios} scenarios, {campaign.Packets} packets, {campaign.Duration:F0} s of virtual time in {watch.Elapsed.TotalSeconds:F1} s"));
    }
}
