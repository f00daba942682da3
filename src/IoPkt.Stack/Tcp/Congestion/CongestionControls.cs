namespace IoPkt.Stack;

/// <summary>The algorithms that a stack has, by name: <c>net.inet.tcp.congctl.available</c>.</summary>
internal static class CongestionControls
{
    public const string Default = Cubic.AlgorithmName;

    /// <summary>What Linux calls <see cref="NewReno"/>: programs ask for it.</summary>
    private const string LinuxReno = "reno";

    public static IReadOnlyList<string> Names { get; } = [Cubic.AlgorithmName, NewReno.AlgorithmName];

    public static bool Exists(string name) => name == LinuxReno || Names.Contains(name);

    public static CongestionControl Create(string name, int segmentSize) => name switch
    {
        Cubic.AlgorithmName => new Cubic(segmentSize),
        NewReno.AlgorithmName or LinuxReno => new NewReno(segmentSize),
        _ => throw new ArgumentException($"no congestion control is called '{name}'; there are {string.Join(", ", Names)}", nameof(name)),
    };
}
