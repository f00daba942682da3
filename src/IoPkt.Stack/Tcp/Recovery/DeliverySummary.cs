namespace IoPkt.Stack;

/// <summary>What one acknowledgement reports as delivered.</summary>
internal struct DeliverySummary
{
    /// <summary>Sequence numbers reported for the first time.</summary>
    public int Delivered { get; private set; }

    /// <summary>Of these, by SACK blocks.</summary>
    public int Sacked { get; private set; }

    /// <summary>The latest-sent of those that were sent once.</summary>
    public Transmission Original { get; private set; }

    /// <summary>The latest-sent of those that were sent more than once, with the time of the last.</summary>
    public Transmission Retransmission { get; private set; }

    /// <summary>The lowest of those that were sent once; it counts if there's an <see cref="Original"/>.</summary>
    public SequenceNumber LowestOriginal { get; private set; }

    /// <summary>What the connection had delivered when the latest-sent of all left.</summary>
    public DeliverySnapshot Snapshot { get; private set; }

    /// <summary>Data bytes of the largest packet among them.</summary>
    public int LargestPacket { get; private set; }

    public void AddAcknowledged(SentSegment segment) => Add(segment);

    public void AddSacked(SentSegment segment)
    {
        Sacked += segment.Length;
        Add(segment);
    }

    private void Add(SentSegment segment)
    {
        Delivered += segment.Length;
        LargestPacket = Math.Max(LargestPacket, segment.PacketSize);
        Transmission transmission = new(segment.SentAt, segment.End);
        if (transmission.IsAfter(Original) && transmission.IsAfter(Retransmission))
            Snapshot = segment.Snapshot;
        if (segment.IsRetransmitted)
        {
            if (transmission.IsAfter(Retransmission))
                Retransmission = transmission;
            return;
        }
        if (!Original.Exists || segment.Start < LowestOriginal)
            LowestOriginal = segment.Start;
        if (transmission.IsAfter(Original))
            Original = transmission;
    }
}

/// <summary>When something left, and its end.</summary>
/// <param name="SentAt">Microseconds; 0: there's none.</param>
/// <param name="End">The sequence number after its last.</param>
internal readonly record struct Transmission(long SentAt, SequenceNumber End)
{
    public bool Exists => SentAt != 0;

    /// <summary>RFC 8985, section 6.2: "RACK_sent_after(t1, seq1, t2, seq2)": what left at the same moment left in the order of its sequence numbers.</summary>
    public bool IsAfter(in Transmission other) => SentAt > other.SentAt || (SentAt == other.SentAt && End > other.End);
}
