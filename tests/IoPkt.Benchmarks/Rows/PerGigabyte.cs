using IoPkt.Benchmarks.Contestants;

namespace IoPkt.Benchmarks.Rows;

/// <summary>CPU time beside the bytes that it moved.</summary>
internal static class PerGigabyte
{
    private static readonly (string Of, string Name)[] s_times = [("cpu", "load s/GB"), ("stack cpu", "stack s/GB"), ("server cpu", "server s/GB")];

    public static Sample Add(Sample sample)
    {
        Dictionary<string, double> details = new(sample.Details);
        // The load generator counts its own seconds only while it measures, the kernel counts the others' for the whole run, warm-up and all.
        foreach ((string of, string name) in s_times)
        {
            if (details.TryGetValue(of, out double seconds))
                details[name] = seconds / (details["bytes"] / 1e9);
        }
        return sample with { Details = details };
    }
}
