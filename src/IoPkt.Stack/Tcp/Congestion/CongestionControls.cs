namespace IoPkt.Stack;

/// <summary>The algorithms that a stack has, by name: <c>net.inet.tcp.congctl.available</c>.</summary>
internal static class CongestionControls
{
    public const string Default = Cubic.AlgorithmName;

    /// <summary>What Linux calls <see cref="NewReno"/>: programs ask for it.</summary>
    private const string LinuxReno = "reno";

    public static IReadOnlyList<string> Names { get; } = [Cubic.AlgorithmName, NewReno.AlgorithmName, Bbr.AlgorithmName];

    public static bool Exists(string name) => name == LinuxReno || Names.Contains(name);

    /// <param name="name">One that <see cref="Exists"/>.</param>
    /// <param name="segmentSize">SMSS</param>
    /// <param name="rate">The connection's.</param>
    /// <param name="random">The stack's.</param>
    public static CongestionControl Create(string name, int segmentSize, DeliveryRateEstimator rate, Random random) => name switch
    {
        Bbr.AlgorithmName => new Bbr(segmentSize, rate, random),
        Cubic.AlgorithmName => new Cubic(segmentSize),
        NewReno.AlgorithmName or LinuxReno => new NewReno(segmentSize),
        _ => throw new ArgumentException($"no congestion control is called '{name}'; there are {string.Join(", ", Names)}", nameof(name)),
    };
}
