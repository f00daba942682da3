namespace IoPkt.Stack;

/// <summary>One acknowledgement as loss recovery sees it; the retransmission queue has taken it in already.</summary>
internal readonly struct AcknowledgmentReport
{
    /// <summary>The new SND.UNA.</summary>
    public required SequenceNumber Acknowledged { get; init; }

    /// <summary>SND.NXT</summary>
    public required SequenceNumber Next { get; init; }

    /// <summary>Bytes that SND.UNA moved by.</summary>
    public int Advanced { get; init; }

    /// <summary>How many duplicate acknowledgements it counts for (RFC 5681, section 2).</summary>
    public int Duplicates { get; init; }

    /// <summary>It carried nothing: no data, no news, no SACK block.</summary>
    public bool IsPureDuplicate { get; init; }

    /// <summary>What it reported as delivered.</summary>
    public required DeliverySummary Delivered { get; init; }

    /// <summary>What it reported as received twice (RFC 2883).</summary>
    public SackBlock? DuplicateSack { get; init; }

    /// <summary>There's new data that the peer's window has room for.</summary>
    public bool CanSendNew { get; init; }

    /// <summary>The time that its echoed timestamp stands for: the segment that it answers left no earlier, and less than a millisecond later; 0: no timestamps.</summary>
    public long EchoedAt { get; init; }

    public required AcknowledgmentSample Sample { get; init; }

    /// <summary>Whether what it answers left before the millisecond of <paramref name="time"/>: RFC 3522's test, with timestamps that tick in milliseconds.</summary>
    public bool EchoPrecedes(long time) => EchoedAt != 0 && EchoedAt / 1000 < time / 1000;
}
