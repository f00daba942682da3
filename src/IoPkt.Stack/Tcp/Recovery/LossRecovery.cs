namespace IoPkt.Stack;

/// <summary>Where a connection is between "all well" and "start anew". The values are those of TCP_INFO.</summary>
internal enum RecoveryState
{
    Open = 0,
    /// <summary>Something arrived out of order; it isn't known yet whether anything is lost.</summary>
    Disorder = 1,
    /// <summary>The window is being reduced though nothing is lost: by a mark, or after a probe has repaired the loss.</summary>
    WindowReduced = 2,
    /// <summary>Fast recovery.</summary>
    Recovery = 3,
    /// <summary>The retransmission timer expired.</summary>
    Loss = 4,
}

/// <summary>
/// Decides from acknowledgements and timers what is lost, and tells the congestion control. How losses are found is in <see cref="RackLossDetection"/>, or, for a peer without SACK, in
/// <see cref="DuplicateAcknowledgments"/> and RFC 6582's rules here; how they turn out to be none in <see cref="SpuriousRetransmissions"/> and <see cref="ForwardRtoRecovery"/>.
/// </summary>
internal sealed class LossRecovery(RetransmissionQueue queue, TcpCounters counters)
{
    private ProportionalRateReduction _rateReduction;
    private RackLossDetection _rack;
    private TailLossProbe _probe;
    private ForwardRtoRecovery _forwardRto;
    private SpuriousRetransmissions _spurious;
    private DuplicateAcknowledgments _duplicates;

    /// <summary>SND.NXT when the present state began; it ends when that's acknowledged.</summary>
    private SequenceNumber _recoveryPoint;

    /// <summary>RFC 6582's "recover" bars another fast retransmit, for a peer without SACK, until more than that is acknowledged.</summary>
    private bool _isBarred;

    /// <summary>The last reduction of the window was because of losses, and nothing has shown yet that they were none.</summary>
    private bool _mayUndo;

    private bool _isAfterTimeout;

    /// <summary>The peer had all that was sent again.</summary>
    private bool _hasOnlyDuplicates;
    private long _minimumRoundTrip;
    private long _smoothedRoundTrip;

    public CongestionControl Congestion { get; set; } = null!;

    public bool UsesSack { get; set; }

    public RecoveryState State { get; private set; }

    public int DuplicateAcknowledgmentCount => _duplicates.Count;

    public int Reorderings => _rack.Reorderings;

    public int ReorderingExtent => _rack.ReorderingExtent;

    public int InFlight => Math.Max(0, queue.InFlight - _duplicates.Bytes);

    /// <summary>New data go out before what is marked as lost.</summary>
    public bool SendsNewDataFirst => _forwardRto.SendsNewData;

    /// <summary>
    /// RFC 5682, step 2b, for a sender without new data, or without a window for them: it doesn't wait for what they would tell, and goes on with its retransmissions. So it is as well when what the
    /// window has room for would make a silly segment.
    /// </summary>
    /// <returns>Whether that's so: new data were to go first, and none did.</returns>
    public bool HasNothingNew(SequenceNumber next)
    {
        if (!_forwardRto.SendsNewData || next > _recoveryPoint)
            return false;
        _forwardRto.Stop();
        return true;
    }

    /// <summary>When <see cref="OnReorderingTimeout"/> is to be called; 0: nothing is waited for.</summary>
    public long ReorderingDeadline { get; private set; }

    /// <summary>RFC 8985, section 7.2: a probe is due only while nothing else would find the loss: SACK, no loss yet, and no probe on its way.</summary>
    public bool MayProbe => UsesSack && State is RecoveryState.Open or RecoveryState.WindowReduced && queue.SackedBytes == 0 && queue.LostBytes == 0 && !_probe.IsOutstanding;

    /// <summary>Takes in what one acknowledgement said; the queue has it already.</summary>
    public void OnAcknowledgment(in AcknowledgmentReport report, long minimumRoundTrip)
    {
        long now = report.Sample.Now;
        _minimumRoundTrip = minimumRoundTrip;
        _smoothedRoundTrip = report.Sample.SmoothedRoundTrip;
        _duplicates.OnAcknowledgment(report.Advanced, report.Duplicates);
        int delivered = report.Delivered.Delivered;
        if (UsesSack)
            _rack.OnAcknowledgment(report, minimumRoundTrip);
        else
            delivered = _duplicates.Estimate(report.Advanced, report.Duplicates, queue.InFlight, Congestion.SegmentSize, State >= RecoveryState.Recovery);
        _spurious.OnAcknowledged(report.Acknowledged);
        if (_isBarred && report.Acknowledged > _recoveryPoint)
            _isBarred = false;
        if (_probe.OnAcknowledgment(report) == ProbeOutcome.RepairedLoss && State <= RecoveryState.Disorder)
            ReduceWindow(CongestionSignal.Loss, report.Acknowledged, report.Next, now);
        if (report.DuplicateSack is { } block && _spurious.OnDuplicate(block))
            _hasOnlyDuplicates = true;

        bool isLossLeft = false;
        if (_mayUndo && IsSpurious(report))
        {
            Undo(now);
        }
        else if (State >= RecoveryState.WindowReduced && report.Acknowledged >= _recoveryPoint)
        {
            End(now);
            // What was sent since recovery began, and is known to be lost, is another window's loss.
            isLossLeft = queue.LostBytes > 0;
        }
        bool isLossNew = FindLosses(report.Advanced, now);
        if (State < RecoveryState.Recovery && (isLossNew || isLossLeft))
            Enter(report.Acknowledged, report.Next, report.Delivered.Sacked, report.Advanced, now);
        Advance(report, delivered);
    }

    /// <summary>Something has left.</summary>
    public void OnSent(int bytes) => _rateReduction.OnSent(bytes);

    /// <summary>It had been sent before.</summary>
    public void OnResent(SequenceNumber start, int bytes, long now) => _spurious.OnResent(start, bytes, now, State >= RecoveryState.Recovery);

    public void OnProbeSent(SequenceNumber next, bool isRetransmission) => _probe.OnSent(next, isRetransmission);

    /// <summary>RFC 8985, section 6.2, step 5: the time that reordering was allowed is over.</summary>
    /// <returns>Whether anything is to be sent again.</returns>
    public bool OnReorderingTimeout(SequenceNumber una, SequenceNumber next, long now)
    {
        if (FindLosses(0, now) && State < RecoveryState.Recovery)
        {
            Enter(una, next, 0, 0, now);
            // RFC 6937 reckons for each acknowledgement, and here's none: what is found later in the same recovery goes with what the window has left.
            LimitWindow(0, false);
        }
        return queue.LostBytes > 0;
    }

    /// <summary>A mark has come back (RFC 3168, section 6.1.2).</summary>
    public void OnExplicitNotification(SequenceNumber una, SequenceNumber next, long now)
    {
        // "the TCP sender … should not react to congestion indications more than once every window of data", whatever they were.
        if (State <= RecoveryState.Disorder)
            ReduceWindow(CongestionSignal.ExplicitNotification, una, next, now);
    }

    /// <summary>The retransmission timer has expired.</summary>
    public void OnTimeout(SequenceNumber una, SequenceNumber next, long now)
    {
        // A window is reduced once, whatever happens in it.
        if (State <= RecoveryState.Disorder)
            Congestion.OnCongestion(CongestionSignal.Timeout, now, queue.Outstanding);
        else
            Congestion.OnRepeatedTimeout();
        // RFC 8985, section 6.3: what left but a round trip ago may still arrive.
        long window = _rack.ReorderingWindow(true, queue.SackedPackets, _minimumRoundTrip, _smoothedRoundTrip);
        if (queue.MarkAllLost(UsesSack ? now - _rack.RoundTrip - window : long.MaxValue))
            counters.SackReneging.Increment();
        State = RecoveryState.Loss;
        _isAfterTimeout = true;
        _recoveryPoint = next;
        _isBarred = true;
        _duplicates.Clear();
        _probe.Stop();
        ReorderingDeadline = 0;
        _spurious.Start(una);
        _mayUndo = true;
        _hasOnlyDuplicates = false;
        _forwardRto.Start();
    }

    /// <summary>Something other than congestion took what was in flight: a path's smaller MTU, a window that was closed. It's sent again at the same rate.</summary>
    public void ResendAll()
    {
        queue.MarkAllLost(long.MaxValue);
        ForgetSigns();
    }

    /// <summary>The same for what left no later than that.</summary>
    public void ResendUntil(long time)
    {
        queue.MarkLostUntil(time);
        ForgetSigns();
    }

    private void ForgetSigns()
    {
        _duplicates.Clear();
        // Whether a timeout before it was spurious can't be told any more.
        _forwardRto.Stop();
    }

    private bool IsSpurious(in AcknowledgmentReport report)
    {
        bool isSpurious = State == RecoveryState.Loss && _forwardRto.OnAcknowledgment(report, _recoveryPoint, UsesSack);
        // Duplicates may be reported when all is over; an echo counts while the gap is being filled.
        isSpurious |= _hasOnlyDuplicates || (State >= RecoveryState.Recovery && _spurious.IsRevealedBy(report));
        if (isSpurious)
            (_isAfterTimeout ? counters.SpuriousTimeouts : counters.SpuriousRecoveries).Increment();
        return isSpurious;
    }

    private void Undo(long now)
    {
        Congestion.Undo(now);
        queue.UnmarkLost();
        State = RecoveryState.Open;
        _isBarred = false;
        _mayUndo = _hasOnlyDuplicates = false;
        _forwardRto.Stop();
        _duplicates.Clear();
        _rack.OnSpuriousRecovery();
        _rack.OnRecovered();
    }

    private void End(long now)
    {
        if (State != RecoveryState.Loss || Congestion.ControlsRecovery)
            Congestion.OnRecovered(now);
        if (State >= RecoveryState.Recovery)
            _rack.OnRecovered();
        State = RecoveryState.Open;
        _forwardRto.Stop();
        _duplicates.Clear();
    }

    /// <returns>Whether there's loss that no recovery has dealt with.</returns>
    private bool FindLosses(int advanced, long now)
    {
        if (!UsesSack)
        {
            // RFC 6582, section 3.2, step 5: in fast recovery "a partial acknowledgment" says that the next segment is lost, too. Before it, the third duplicate does, but (step 2) only if the
            // acknowledgement covers more than "recover", else these are answers to our own retransmissions.
            bool isLost = State == RecoveryState.Recovery ? advanced > 0
                : State != RecoveryState.Loss && _duplicates.Count >= RackLossDetection.DuplicateThreshold && !_isBarred;
            if (isLost)
                MarkHeadLost();
            return isLost;
        }
        ReorderingDeadline = 0;
        bool found = false;
        long window = _rack.ReorderingWindow(State >= RecoveryState.Recovery, queue.SackedPackets, _minimumRoundTrip, _smoothedRoundTrip);
        for (SentSegment? segment = queue.OldestInFlight; segment is not null && _rack.Overtook(segment);)
        {
            // RACK_detect_loss(): "remaining = Segment.xmit_ts + RACK.rtt + RACK.reo_wnd - Now()". They're in the order of time, so none after the first that has some left can be lost.
            long deadline = segment.SentAt + _rack.RoundTrip + window;
            if (deadline > now)
            {
                ReorderingDeadline = deadline;
                break;
            }
            SentSegment? next = segment.ListNext;
            queue.MarkLost(segment);
            // RFC 4821, section 7.6.2: when only the probe is lost, that's no sign of congestion.
            if (!segment.IsSizeProbe)
            {
                Congestion.OnSegmentLost(segment, now);
                found = true;
            }
            segment = next;
        }
        return found;
    }

    /// <summary>Fast recovery begins.</summary>
    private void Enter(SequenceNumber una, SequenceNumber next, int sacked, int advanced, long now)
    {
        counters.FastRetransmits.Increment();
        if (State == RecoveryState.WindowReduced)
            _recoveryPoint = next;
        else
            StartReduction(CongestionSignal.Loss, una, next, sacked, advanced, now);
        State = RecoveryState.Recovery;
        _isAfterTimeout = false;
        _isBarred = true;
        _mayUndo = true;
        _hasOnlyDuplicates = false;
        _spurious.Start(una);
        _probe.Stop();
    }

    private void ReduceWindow(CongestionSignal signal, SequenceNumber una, SequenceNumber next, long now)
    {
        StartReduction(signal, una, next, 0, 0, now);
        State = RecoveryState.WindowReduced;
    }

    private void StartReduction(CongestionSignal signal, SequenceNumber una, SequenceNumber next, int sacked, int advanced, long now)
    {
        _recoveryPoint = next;
        Congestion.OnCongestion(signal, now, next - una);
        // RFC 9937, section 6: "Bytes SACKed before entering recovery are not expected to be SACKed again, … include the bytes newly acknowledged".
        _rateReduction.Start(next - una - (queue.SackedBytes - sacked) + advanced);
    }

    /// <summary>The window after an acknowledgement.</summary>
    private void Advance(in AcknowledgmentReport report, int delivered)
    {
        if (State <= RecoveryState.Disorder)
            State = queue.SackedBytes > 0 || _duplicates.Count > 0 ? RecoveryState.Disorder : RecoveryState.Open;
        if (Congestion.ControlsRecovery)
        {
            Congestion.OnAcknowledged(report.Sample with { InFlight = InFlight });
            return;
        }
        switch (State)
        {
            case RecoveryState.Open or RecoveryState.Disorder:
                // What arrived out of order counts when the gap is filled, so all of what SND.UNA moved by counts once.
                if (report.Advanced > 0)
                    Congestion.OnAcknowledged(report.Sample with { Delivered = report.Advanced });
                break;
            case RecoveryState.WindowReduced or RecoveryState.Recovery:
                LimitWindow(delivered, report.Advanced > 0);
                break;
            case RecoveryState.Loss when report.Advanced > 0:
                Congestion.OnAcknowledged(report.Sample with { IsWindowLimited = true });
                break;
        }
    }

    private void LimitWindow(int delivered, bool advances)
    {
        if (!Congestion.ControlsRecovery)
            Congestion.Window = _rateReduction.OnAcknowledged(delivered, InFlight, Congestion.SlowStartThreshold, Congestion.SegmentSize, advances);
    }

    private void MarkHeadLost()
    {
        if (queue.Head is not { IsLost: false } head)
            return;
        if (head.Length > Congestion.SegmentSize)
            queue.Split(head, head.Start + Congestion.SegmentSize);
        queue.MarkLost(head);
    }
}
