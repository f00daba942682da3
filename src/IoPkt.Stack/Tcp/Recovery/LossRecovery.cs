namespace IoPkt.Stack;

/// <summary>Where a connection is between "all well" and "start anew".</summary>
internal enum RecoveryState
{
    Open,
    /// <summary>Fast recovery: RFC 6675 with SACK, RFC 6582 without.</summary>
    Recovery,
    /// <summary>The retransmission timer expired.</summary>
    Loss,
}

/// <summary>
/// Decides from acknowledgements what is lost, and tells the congestion control. A peer without SACK is treated like one with it: each duplicate
/// acknowledgement stands for one more segment that has left the network (RFC 5681, section 3.2), we only don't know which.
/// </summary>
internal sealed class LossRecovery(RetransmissionQueue queue, TcpCounters counters)
{
    private ProportionalRateReduction _rateReduction;
    private SequenceNumber _recoveryPoint;
    private bool _hasRecoveryPoint;
    private int _duplicateBytes;

    public CongestionControl Congestion { get; set; } = null!;

    public bool UsesSack { get; set; }

    public RecoveryState State { get; private set; }

    public int DuplicateAcknowledgments { get; private set; }

    public int InFlight => Math.Max(0, queue.InFlight - _duplicateBytes);

    /// <summary>Takes in what one acknowledgement said; the queue has it already.</summary>
    /// <param name="una">The new SND.UNA.</param>
    /// <param name="next">SND.NXT</param>
    /// <param name="advanced">Bytes that SND.UNA moved by.</param>
    /// <param name="duplicates">How many duplicate acknowledgements it counts for (RFC 5681, section 2).</param>
    /// <param name="delivered">What it reported.</param>
    /// <param name="sample">The same, for the congestion control.</param>
    public void OnAcknowledgment(SequenceNumber una, SequenceNumber next, int advanced, int duplicates, in DeliverySummary delivered,
        in AcknowledgmentSample sample)
    {
        if (advanced > 0)
            DuplicateAcknowledgments = 0;
        DuplicateAcknowledgments += duplicates;
        int newlyDelivered = UsesSack ? delivered.Delivered : CountDuplicates(advanced, duplicates);
        if (_hasRecoveryPoint && una > _recoveryPoint)
            _hasRecoveryPoint = false;
        switch (State)
        {
            case RecoveryState.Open:
                if (DetectsLoss())
                    Enter(una, next, newlyDelivered, sample);
                else if (advanced > 0)
                    Congestion.OnAcknowledged(sample);
                break;
            case RecoveryState.Recovery when una >= _recoveryPoint:
                State = RecoveryState.Open;
                _duplicateBytes = 0;
                Congestion.OnRecovered(sample.Now);
                break;
            case RecoveryState.Recovery:
                if (UsesSack)
                    SackLossDetection.MarkLost(queue, Congestion.SegmentSize);
                else if (advanced > 0)
                    MarkHeadLost();
                Congestion.Window = _rateReduction.OnAcknowledged(newlyDelivered, InFlight, Congestion.SlowStartThreshold, Congestion.SegmentSize);
                break;
            case RecoveryState.Loss:
                if (una >= _recoveryPoint)
                    State = RecoveryState.Open;
                if (advanced > 0)
                    Congestion.OnAcknowledged(sample with { IsWindowLimited = true });
                break;
        }
    }

    public void OnSent(int bytes) => _rateReduction.OnSent(bytes);

    /// <summary>The retransmission timer has expired.</summary>
    public void OnTimeout(SequenceNumber next, long now)
    {
        if (State != RecoveryState.Loss)
            Congestion.OnCongestion(CongestionSignal.Timeout, now, queue.Outstanding);
        else
            Congestion.OnRepeatedTimeout();
        if (queue.MarkAllLost())
            counters.SackReneging.Increment();
        State = RecoveryState.Loss;
        _recoveryPoint = next;
        _hasRecoveryPoint = true;
        _duplicateBytes = 0;
        DuplicateAcknowledgments = 0;
    }

    /// <summary>Something other than congestion took what was in flight: a path's smaller MTU, a window that was closed. It's sent again at the same rate.</summary>
    public void ResendAll()
    {
        queue.MarkAllLost();
        _duplicateBytes = 0;
    }

    private bool DetectsLoss()
    {
        if (UsesSack)
        {
            SackLossDetection.MarkLost(queue, Congestion.SegmentSize);
            return queue.LostBytes > 0;
        }
        // RFC 6582, section 3.2, step 2: only if the acknowledgement covers more than "recover", else these are answers to our own retransmissions.
        return DuplicateAcknowledgments >= SackLossDetection.DuplicateThreshold && !_hasRecoveryPoint;
    }

    private void Enter(SequenceNumber una, SequenceNumber next, int newlyDelivered, in AcknowledgmentSample sample)
    {
        int flight = next - una;
        State = RecoveryState.Recovery;
        _recoveryPoint = next;
        _hasRecoveryPoint = true;
        counters.FastRetransmits.Increment();
        Congestion.OnCongestion(CongestionSignal.Loss, sample.Now, flight);
        _rateReduction.Start(flight);
        if (!UsesSack)
            MarkHeadLost();
        Congestion.Window = _rateReduction.OnAcknowledged(newlyDelivered, InFlight, Congestion.SlowStartThreshold, Congestion.SegmentSize);
    }

    /// <summary>RFC 6582, section 3.2, step 5: a partial acknowledgement says that the next segment is lost, too.</summary>
    private void MarkHeadLost()
    {
        if (queue.Head is not { } head || head.IsLost)
            return;
        if (head.Length > Congestion.SegmentSize)
            queue.Split(head, head.Start + Congestion.SegmentSize);
        queue.MarkLost(head);
    }

    private int CountDuplicates(int advanced, int duplicates)
    {
        int segmentSize = Congestion.SegmentSize;
        if (advanced > 0)
        {
            // What was delivered beyond the gap was counted when its duplicate came.
            int counted = Math.Min(_duplicateBytes, Math.Max(0, advanced - segmentSize));
            _duplicateBytes = State == RecoveryState.Open ? 0 : _duplicateBytes - counted;
            return advanced - counted;
        }
        int added = Math.Min(duplicates * segmentSize, Math.Max(0, queue.InFlight - segmentSize - _duplicateBytes));
        _duplicateBytes += Math.Max(0, added);
        return added;
    }
}
