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

    /// <summary>Answers with cookies when its SYN queue is full.</summary>
    public bool SynCookies { get; init; } = true;

    /// <summary>Takes data in a SYN, and connects with some when it has a cookie.</summary>
    public bool FastOpen { get; init; }

    public override string ToString()
    {
        (bool Has, string Name)[] all =
        [
            (Sack, "sack"), (Timestamps, "timestamps"), (WindowScaling, "scaling"), (BufferAutotuning, "autotuning"), (Ecn, "ecn"), (SynCookies, "cookies"), (FastOpen, "fastopen"),
        ];
        return string.Join(' ', all.Where(f => f.Has).Select(f => f.Name));
    }
}
