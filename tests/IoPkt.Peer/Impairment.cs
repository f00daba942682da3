namespace IoPkt.Peer;

/// <summary>What a lossy wire does to frames. Parts are of all frames, 0 to 1.</summary>
/// <param name="Loss">Dropped.</param>
/// <param name="Reorder">Held back until <paramref name="Hold"/> later ones have passed.</param>
/// <param name="Hold">See <paramref name="Reorder"/>.</param>
/// <param name="Corrupt">One bit changed.</param>
/// <param name="Duplicate">Sent twice.</param>
/// <param name="Seed">Of the choices.</param>
internal sealed record Impairment(double Loss, double Reorder, int Hold, double Corrupt, double Duplicate, int Seed)
{
    /// <summary>Every frame passes, in its order.</summary>
    public static Impairment None { get; } = new(0, 0, 0, 0, 0, 0);
}

/// <summary>In which direction a wire is lossy, as seen from the device.</summary>
internal enum ImpairedFrames
{
    Both,
    From,
    To,
}
