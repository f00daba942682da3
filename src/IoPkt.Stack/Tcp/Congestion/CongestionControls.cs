namespace IoPkt.Stack;

/// <summary>The algorithms that a stack has, by name: <c>net.inet.tcp.congctl.available</c>.</summary>
internal static class CongestionControls
{
    public const string Default = Cubic.AlgorithmName;

    /// <summary>What Linux calls <see cref="NewReno"/>: programs ask for it.</summary>
    private const string LinuxReno = "reno";

    public static IReadOnlyList<string> Names { get; } = [Cubic.AlgorithmName, NewReno.AlgorithmName, Bbr.AlgorithmName];

    /// <returns>The name in <see cref="Names"/> of what <paramref name="name"/> means; <c>null</c>: nothing.</returns>
    public static string? Find(string name) => name == LinuxReno ? NewReno.AlgorithmName : Names.Contains(name) ? name : null;

    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="segmentSize">SMSS</param>
    /// <param name="rate">The connection's.</param>
    /// <param name="random">The stack's.</param>
    public static CongestionControl Create(string name, int segmentSize, DeliveryRateEstimator rate, Random random) => name switch
    {
        Bbr.AlgorithmName => new Bbr(segmentSize, rate, random),
        Cubic.AlgorithmName => new Cubic(segmentSize),
        NewReno.AlgorithmName => new NewReno(segmentSize),
        _ => throw new ArgumentException($"no congestion control is called '{name}'; there are {string.Join(", ", Names)}", nameof(name)),
    };
}
