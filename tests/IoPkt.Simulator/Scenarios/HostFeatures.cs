namespace IoPkt.Simulator;

/// <summary>What one stack may do.</summary>
internal sealed record HostFeatures
{
    public bool Sack { get; init; } = true;

    public bool Timestamps { get; init; } = true;

    public bool WindowScaling { get; init; } = true;

    public bool BufferAutotuning { get; init; } = true;

    /// <summary>Asks for ECN; else it agrees to it.</summary>
    public bool Ecn { get; init; }

    public override string ToString() =>
        string.Join(' ', new[] { Sack ? "sack" : "", Timestamps ? "timestamps" : "", WindowScaling ? "scaling" : "", BufferAutotuning ? "autotuning" : "", Ecn ? "ecn" : "" }.Where(s => s.Length > 0));
}
