namespace IoPkt.Simulator;

/// <summary>What one direction of a link does to packets. Probabilities are per packet, times microseconds.</summary>
internal sealed record LinkProfile
{
    public long Delay { get; init; } = 1000;

    public long Jitter { get; init; }

    /// <summary>Bits a second; 0: unlimited.</summary>
    public long Bandwidth { get; init; }

    /// <summary>Bytes that wait for the bandwidth before packets are dropped.</summary>
    public int QueueBytes { get; init; } = 256 * 1024;

    /// <summary>Bytes in the queue from which on packets that can be marked are marked Congestion Experienced (RFC 3168); 0: never.</summary>
    public int MarkingThreshold { get; init; }

    public double Loss { get; init; }

    /// <summary>After a lost packet, the next is lost with this probability: bursts.</summary>
    public double LossAfterLoss { get; init; }

    public double Duplication { get; init; }

    /// <summary>Packets held back by <see cref="ReorderDelay"/>.</summary>
    public double Reordering { get; init; }

    public long ReorderDelay { get; init; } = 5000;

    /// <summary>Packets that don't arrive as they were sent: <see cref="Damage"/>.</summary>
    public double Corruption { get; init; }

    /// <summary>Packets that arrive with bytes behind them that aren't theirs, as on Ethernet.</summary>
    public double Padding { get; init; }

    /// <summary>The n-th packets, counted from 1, that are lost whatever else holds.</summary>
    public IReadOnlySet<int> LostPackets { get; init; } = new HashSet<int>();

    /// <summary>The segments with this byte of a connection's, counted from 1, are lost <see cref="LostTimes"/> times; 0: none.</summary>
    public int LostByte { get; init; }

    public int LostTimes { get; init; }

    /// <summary>A device cuts large packets into groups of up to so many segments, each of which fares by itself, as one that segments and one that merges do together; 0: it leaves them whole.</summary>
    public int LargestGroup { get; init; }

    /// <summary>What the router on the way takes; it reports longer packets to their sender (RFC 1191). 0: there's none.</summary>
    public int PathMtu { get; init; }

    /// <summary>From then on the router takes <see cref="LaterPathMtu"/>.</summary>
    public long MtuChangesAt { get; init; } = long.MaxValue;

    public int LaterPathMtu { get; init; }

    /// <summary>The router's messages are filtered: what is too long for it is lost without a word.</summary>
    public bool IsSilent { get; init; }

    /// <summary>Between these times nothing passes.</summary>
    public long OutageFrom { get; init; } = long.MaxValue;

    public long OutageUntil { get; init; } = long.MaxValue;

    public bool IsDeadInTheEnd => OutageFrom != long.MaxValue && OutageUntil == long.MaxValue;

    /// <summary>The longest that a packet is under way, if it isn't lost.</summary>
    public long LongestWay => Delay + Jitter + ReorderDelay + (Bandwidth > 0 ? (QueueBytes + 65536L) * 8_000_000 / Bandwidth : 0);

    public override string ToString()
    {
        List<string> parts = [$"{Delay} us"];
        Add(Jitter > 0, $"jitter {Jitter}");
        Add(Bandwidth > 0, $"{Bandwidth} bit/s, queue {QueueBytes}");
        Add(MarkingThreshold > 0, $"marks from {MarkingThreshold}");
        Add(Loss > 0, FormattableString.Invariant($"loss {Loss:P2}"));
        Add(LossAfterLoss > 0, FormattableString.Invariant($"then {LossAfterLoss:P0}"));
        Add(LostPackets.Count > 0, $"without #{string.Join(", #", LostPackets)}");
        Add(Duplication > 0, FormattableString.Invariant($"duplicates {Duplication:P2}"));
        Add(Reordering > 0, FormattableString.Invariant($"reorders {Reordering:P2} by {ReorderDelay} us"));
        Add(Corruption > 0, FormattableString.Invariant($"damages {Corruption:P2}"));
        Add(Padding > 0, FormattableString.Invariant($"pads {Padding:P2}"));
        Add(LostByte > 0 && LostTimes > 0, $"loses byte {LostByte} {LostTimes} times");
        Add(LargestGroup > 0, $"groups of {LargestGroup} segments");
        Add(PathMtu > 0, $"path MTU {PathMtu}");
        Add(MtuChangesAt != long.MaxValue, $"{LaterPathMtu} from {MtuChangesAt} us");
        Add(IsSilent, "silently");
        Add(OutageFrom != long.MaxValue, OutageUntil == long.MaxValue ? $"dead from {OutageFrom} us" : $"out from {OutageFrom} to {OutageUntil} us");
        return string.Join(", ", parts);

        void Add(bool isSo, string text)
        {
            if (isSo)
                parts.Add(text);
        }
    }
}
