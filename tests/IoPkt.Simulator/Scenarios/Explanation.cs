namespace IoPkt.Simulator;

/// <summary>A failed scenario once more, with its packets: the same run to the byte.</summary>
internal static class Explanation
{
    /// <param name="seed">Of the scenario.</param>
    /// <param name="lines">The last ones of the packet trace.</param>
    /// <param name="capture">Gets the packets as a capture file; <c>null</c>: nobody wants them.</param>
    public static string Of(int seed, int lines, Stream? capture = null)
    {
        using ScenarioRunner runner = new();
        PacketTrace trace = new();
        ScenarioResult result = runner.Run(ScenarioDraw.FromSeed(seed), trace);
        if (capture is not null)
            trace.WriteTo(capture);
        return $"{result.Failure ?? "passed"}\n{result.Scenario}\n{trace.Tail(lines)}\nagain: simulator --seeds {seed} --trace";
    }
}
