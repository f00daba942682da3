namespace IoPkt.Stack.Tests.Simulation;

/// <summary>What one direction of a link does to packets. Probabilities are per packet, times microseconds.</summary>
internal sealed record LinkProfile
{
    public long Delay { get; init; } = 1000;

    public long Jitter { get; init; }

    /// <summary>Bits a second; 0: unlimited.</summary>
    public long Bandwidth { get; init; }

    /// <summary>Bytes that wait for the bandwidth before packets are dropped.</summary>
    public int QueueBytes { get; init; } = 256 * 1024;

    public double Loss { get; init; }

    /// <summary>After a lost packet, the next is lost with this probability: bursts.</summary>
    public double LossAfterLoss { get; init; }

    public double Duplication { get; init; }

    /// <summary>Packets held back by <see cref="ReorderDelay"/>.</summary>
    public double Reordering { get; init; }

    public long ReorderDelay { get; init; } = 5000;

    public double Corruption { get; init; }

    /// <summary>The n-th packets, counted from 1, that are lost whatever else holds.</summary>
    public IReadOnlySet<int> LostPackets { get; init; } = new HashSet<int>();
}
