namespace IoPkt.Stack;

/// <summary>What an acknowledgement says of an outstanding probe.</summary>
internal enum ProbeOutcome
{
    None,
    /// <summary>It's over, and nothing had been lost.</summary>
    Harmless,
    /// <summary>The probe has repaired a loss that nothing else would have shown: congestion control is to know.</summary>
    RepairedLoss,
}

/// <summary>Tail loss probe: RFC 8985, section 7. When acknowledgements stop, one segment more brings one, long before the retransmission timer.</summary>
internal struct TailLossProbe
{
    /// <summary>TLP.max_ack_delay, section 7.2: "the sender's budget for the maximum delayed ACK interval".</summary>
    private const long MaximumAckDelay = 200_000;

    /// <summary>A probe answers silence; what the hosts' own scheduling takes is none.</summary>
    private const long MinimumAddition = 2_000;

    /// <summary>TLP.end_seq</summary>
    private SequenceNumber _end;

    private bool _isRetransmission;

    public bool IsOutstanding { get; private set; }

    /// <summary>TLP_calc_PTO()</summary>
    /// <param name="smoothedRoundTrip">SRTT; 0: there's none.</param>
    /// <param name="isOneSegment">Only one segment is in flight: its acknowledgement may be delayed.</param>
    public static long Timeout(long smoothedRoundTrip, bool isOneSegment) =>
        smoothedRoundTrip == 0 ? RttEstimator.InitialTimeout : 2 * smoothedRoundTrip + (isOneSegment ? MaximumAckDelay : MinimumAddition);

    public void OnSent(SequenceNumber next, bool isRetransmission)
    {
        _end = next;
        _isRetransmission = isRetransmission;
        IsOutstanding = true;
    }

    /// <summary>TLP_process_ack()</summary>
    public ProbeOutcome OnAcknowledgment(in AcknowledgmentReport report)
    {
        if (!IsOutstanding || report.Acknowledged < _end)
            return ProbeOutcome.None;
        // "Else if ACK has a DSACK option matching TLP.end_seq": both the original and the probe have arrived.
        bool isDuplicate = report.DuplicateSack is { } block && block.End == _end;
        if (!_isRetransmission || isDuplicate)
        {
            IsOutstanding = false;
            return ProbeOutcome.Harmless;
        }
        if (report.Acknowledged > _end || report.IsPureDuplicate)
        {
            IsOutstanding = false;
            // "Else If ACK's ack. number > TLP.end_seq: Repaired the single loss"; "Else If ACK is a DUPACK without any SACK option": the probe was not needed.
            return report.Acknowledged > _end ? ProbeOutcome.RepairedLoss : ProbeOutcome.Harmless;
        }
        return ProbeOutcome.None;
    }

    public void Stop() => IsOutstanding = false;
}
