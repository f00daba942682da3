namespace IoPkt.Stack;

/// <summary>
/// Recent acknowledgement: RFC 8985, section 6. A segment is lost when one that left later has arrived, and some time, the reordering window, has passed as well. It needs SACK. RFC 6675's
/// rule, three segments received beyond it, is contained in it: then, on a path that hasn't been seen to reorder, the window is zero. Times are microseconds.
/// </summary>
internal struct RackLossDetection
{
    /// <summary>DupThresh</summary>
    public const int DuplicateThreshold = 3;

    /// <summary>Section 6.2, step 4: "persist the inflated RACK.reo_wnd for 16 loss recoveries".</summary>
    private const int PersistentRecoveries = 16;

    /// <summary>RACK.xmit_ts and RACK.end_seq: the latest-sent segment of those that were delivered.</summary>
    private Transmission _latest;

    /// <summary>RACK.fack: the end of the highest segment that was delivered.</summary>
    private SequenceNumber _highest;
    private bool _hasHighest;

    /// <summary>RACK.reo_wnd_mult</summary>
    private int _multiplier;

    /// <summary>RACK.reo_wnd_persist</summary>
    private int _persist;

    /// <summary>RACK.dsack_round</summary>
    private SequenceNumber _duplicateRound;
    private bool _isInDuplicateRound;

    /// <summary>RACK.reordering_seen</summary>
    public readonly bool HasSeenReordering => Reorderings > 0;

    /// <summary>How often it has shown: acknowledgements that reported a segment overtaken, and recoveries for nothing.</summary>
    public int Reorderings { get; private set; }

    /// <summary>The greatest distance in sequence numbers, from the start of a segment that came late to the end of the highest before it, that was seen. It decides nothing here; TCP_INFO tells it.</summary>
    public int ReorderingExtent { get; private set; }

    /// <summary>RACK.rtt</summary>
    public long RoundTrip { get; private set; }

    /// <summary>Steps 2 to 4, but for the window itself.</summary>
    /// <param name="report">The acknowledgement.</param>
    /// <param name="minimumRoundTrip">RACK.min_RTT; 0: not known.</param>
    public void OnAcknowledgment(in AcknowledgmentReport report, long minimumRoundTrip)
    {
        DeliverySummary delivered = report.Delivered;
        long now = report.Sample.Now;
        // Step 2: an echo from before the retransmission, or a round trip that was never so short, shows that the acknowledgement answers an earlier one. The echo tells of what fills the gap, not of what
        // a SACK block reports beyond it.
        if (delivered.Retransmission is { Exists: true } again && minimumRoundTrip > 0 && now - again.SentAt >= minimumRoundTrip && !(report.Advanced > 0 && report.EchoPrecedes(again.SentAt)))
            Update(again, now);
        if (delivered.Original.Exists)
            Update(delivered.Original, now);
        DetectReordering(delivered, report.Acknowledged);
        AdaptToDuplicates(report);
    }

    /// <summary>Whether a segment left before one that has arrived.</summary>
    public readonly bool Overtook(SentSegment segment) => _latest.Exists && _latest.IsAfter(new Transmission(segment.SentAt, segment.End));

    /// <summary>RACK_update_reo_wnd()</summary>
    /// <param name="isRecovering">In fast recovery, or after a timeout.</param>
    /// <param name="sackedPackets">RACK.segs_sacked</param>
    /// <param name="minimumRoundTrip">RACK.min_RTT</param>
    /// <param name="smoothedRoundTrip">SRTT</param>
    public readonly long ReorderingWindow(bool isRecovering, int sackedPackets, long minimumRoundTrip, long smoothedRoundTrip)
    {
        if (!HasSeenReordering && (isRecovering || sackedPackets >= DuplicateThreshold))
            return 0;
        return Math.Min((_multiplier + 1) * minimumRoundTrip / 4, smoothedRoundTrip);
    }

    /// <summary>What was taken for a loss came late: section 6.2, step 3, asks for "the original transmission", and it has shown itself.</summary>
    public void OnSpuriousRecovery() => Reorderings++;

    /// <summary>"exiting Fast or RTO recovery".</summary>
    public void OnRecovered()
    {
        if (_persist > 0 && --_persist == 0)
            _multiplier = 0;
    }

    private void Update(in Transmission delivered, long now)
    {
        // Step 2: the round trip is the most recent one, the segment the latest-sent one.
        RoundTrip = now - delivered.SentAt;
        if (delivered.IsAfter(_latest))
            _latest = delivered;
    }

    /// <summary>
    /// Step 3: "RACK has detected reordering if a segment sent once is delivered that lies below the highest one delivered". What this acknowledgement itself reports above it proves nothing: the
    /// one before may have been lost.
    /// </summary>
    private void DetectReordering(in DeliverySummary delivered, SequenceNumber acknowledged)
    {
        if (_hasHighest && delivered.Original.Exists && delivered.LowestOriginal < _highest)
        {
            Reorderings++;
            ReorderingExtent = Math.Max(ReorderingExtent, _highest - delivered.LowestOriginal);
        }
        SequenceNumber highest = SequenceNumber.Max(delivered.Original.Exists ? delivered.Original.End : acknowledged, acknowledged);
        if (!_hasHighest || highest > _highest)
            _highest = highest;
        _hasHighest = true;
    }

    /// <summary>Step 4: the window grows with each round trip in which the peer reports duplicates, because then it was too small.</summary>
    private void AdaptToDuplicates(in AcknowledgmentReport report)
    {
        if (_isInDuplicateRound && report.Acknowledged >= _duplicateRound)
            _isInDuplicateRound = false;
        if (_isInDuplicateRound || report.DuplicateSack is null)
            return;
        _isInDuplicateRound = true;
        _duplicateRound = report.Next;
        _multiplier++;
        _persist = PersistentRecoveries;
    }
}
