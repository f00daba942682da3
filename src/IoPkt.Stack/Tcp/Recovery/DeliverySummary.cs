namespace IoPkt.Stack;

/// <summary>What one acknowledgement reports as delivered.</summary>
internal struct DeliverySummary
{
    /// <summary>Sequence numbers reported for the first time.</summary>
    public int Delivered { get; private set; }

    /// <summary>Of these, by SACK blocks.</summary>
    public int Sacked { get; private set; }

    /// <summary>When the latest-sent of the newly delivered segments left; 0: none of them tells a round-trip time (Karn's rule).</summary>
    public long LatestSentAt { get; private set; }

    /// <summary>The same of those that were sent more than once; 0: none was.</summary>
    public long LatestResentAt { get; private set; }

    public void AddAcknowledged(SentSegment segment)
    {
        if (segment.IsSacked)
            return;
        Add(segment);
    }

    public void AddSacked(SentSegment segment)
    {
        Sacked += segment.Length;
        Add(segment);
    }

    private void Add(SentSegment segment)
    {
        Delivered += segment.Length;
        if (segment.IsRetransmitted)
            LatestResentAt = Math.Max(LatestResentAt, segment.SentAt);
        else
            LatestSentAt = Math.Max(LatestSentAt, segment.SentAt);
    }
}
