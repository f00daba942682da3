namespace IoPkt.Simulator;

/// <summary>What a peer that isn't our stack does, within and beyond the rules. Times in microseconds, chances per segment.</summary>
internal sealed record PeerPlan
{
    /// <summary>It connects; else it answers.</summary>
    public bool Connects { get; init; }

    public int BytesToSend { get; init; }

    /// <summary>1: a byte at a time.</summary>
    public int LargestSegment { get; init; } = 1460;

    /// <summary>Between one burst of segments and the next.</summary>
    public long SendPause { get; init; }

    /// <summary>Its FIN waits for ours.</summary>
    public bool ClosesLast { get; init; }

    /// <summary>Bytes that it offers, when nothing else holds.</summary>
    public int Window { get; init; } = 65535;

    /// <summary>How often the window's edge moves to the left, and data beyond it are dropped.</summary>
    public double Shrinking { get; init; }

    /// <summary>How often it shuts the window for a while.</summary>
    public double Closing { get; init; }

    public long ClosedFor { get; init; }

    public long AckDelay { get; init; }

    /// <summary>How often it acknowledges less than it has.</summary>
    public double PartialAcks { get; init; }

    public double DuplicateAcks { get; init; }

    /// <summary>How often it sends again what it needn't, cut otherwise than the first time.</summary>
    public double Overlapping { get; init; }

    /// <summary>How often it leaves a segment out, and sends it later.</summary>
    public double Skipping { get; init; }

    /// <summary>How often it forgets what it has reported by SACK and not yet acknowledged (RFC 2018, section 8).</summary>
    public double Reneging { get; init; }

    /// <summary>How often a segment of an earlier connection comes, with a timestamp of that time: its numbers fit, and its bytes don't (RFC 7323, section 5).</summary>
    public double OldDuplicates { get; init; }

    /// <summary>How often options that nobody knows, or that are malformed, follow the real ones.</summary>
    public double OddOptions { get; init; }

    public ushort MaximumSegment { get; init; } = 1460;

    /// <summary>-1: no option.</summary>
    public int Scale { get; init; } = -1;

    public bool Sack { get; init; } = true;

    public bool Timestamps { get; init; } = true;

    /// <summary>From then on it neither sends nor answers.</summary>
    public long DisappearsAt { get; init; } = long.MaxValue;

    /// <summary>Then it resets the connection.</summary>
    public long ResetsAt { get; init; } = long.MaxValue;

    public bool IsRude => DisappearsAt != long.MaxValue || ResetsAt != long.MaxValue;

    public override string ToString()
    {
        List<string> parts = [Connects ? "connects" : "answers", $"sends {BytesToSend} by {LargestSegment}", $"window {Window}", $"mss {MaximumSegment}"];
        Add(Scale >= 0, $"wscale {Scale}");
        Add(Sack, "sack");
        Add(Timestamps, "timestamps");
        Add(SendPause > 0, $"sends every {SendPause} us");
        Add(ClosesLast, "closes last");
        Add(Shrinking > 0, FormattableString.Invariant($"shrinks {Shrinking:P0}"));
        Add(Closing > 0, FormattableString.Invariant($"shuts its window {Closing:P0} for {ClosedFor} us"));
        Add(AckDelay > 0, $"acknowledges after {AckDelay} us");
        Add(PartialAcks > 0, FormattableString.Invariant($"partly {PartialAcks:P0}"));
        Add(DuplicateAcks > 0, FormattableString.Invariant($"twice {DuplicateAcks:P0}"));
        Add(Overlapping > 0, FormattableString.Invariant($"overlaps {Overlapping:P0}"));
        Add(Skipping > 0, FormattableString.Invariant($"skips {Skipping:P0}"));
        Add(Reneging > 0, FormattableString.Invariant($"reneges {Reneging:P0}"));
        Add(OldDuplicates > 0, FormattableString.Invariant($"old duplicates {OldDuplicates:P0}"));
        Add(OddOptions > 0, FormattableString.Invariant($"odd options {OddOptions:P0}"));
        Add(DisappearsAt != long.MaxValue, $"disappears at {DisappearsAt} us");
        Add(ResetsAt != long.MaxValue, $"resets at {ResetsAt} us");
        return string.Join(", ", parts);

        void Add(bool isSo, string text)
        {
            if (isSo)
                parts.Add(text);
        }
    }
}
