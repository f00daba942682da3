namespace IoPkt.Stack;

/// <summary>The algorithms that a stack has, by name: <c>net.inet.tcp.congctl.available</c>.</summary>
internal static class CongestionControls
{
    public static IReadOnlyList<string> Names { get; } = [NewReno.AlgorithmName];

    public static bool Exists(string name) => Names.Contains(name);

    public static CongestionControl Create(string name, int segmentSize) => name switch
    {
        NewReno.AlgorithmName => new NewReno(segmentSize),
        _ => throw new ArgumentException($"no congestion control is called '{name}'", nameof(name)),
    };
}
