using System.Diagnostics;
using System.Globalization;

namespace IoPkt.Simulator.Tests;

/// <summary>
/// The simulator's scenarios: a hundred thousand where CI=true, as <c>.ci/run</c> has it, and a share of them elsewhere. <c>simulator --seeds</c> runs as many as you like, and
/// explains one. They're in an assembly of their own, with one job, to run beside tests that mostly wait.
/// </summary>
public sealed class ScenarioTests(ITestOutputHelper output)
{
    private const int RangeLength = 10_000;

    private static readonly int s_ranges = Environment.GetEnvironmentVariable("CI") == "true" ? 10 : 1;

    public static TheoryData<string> Ranges => [.. Enumerable.Range(0, s_ranges).Select(n => string.Create(CultureInfo.InvariantCulture, $"{n * RangeLength}..{(n + 1) * RangeLength}"))];

    [Theory]
    [MemberData(nameof(Ranges))]
    public void Every_scenario_delivers_all_bytes_or_the_right_error_and_returns_all_memory(string seeds)
    {
        Assert.True(SeedRange.TryParse(seeds, out SeedRange range));
        Stopwatch watch = Stopwatch.StartNew();
        Campaign campaign = new(range, 1, 1);
        campaign.Run();
        if (campaign.Failures.Count > 0)
            Assert.Fail(Explanation.Of(campaign.Failures[0].Scenario.Seed, 100));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{campaign.Scenarios} scenarios, {campaign.Packets} packets, {campaign.Duration:F0} s of virtual time in {watch.Elapsed.TotalSeconds:F1} s"));
    }
}
