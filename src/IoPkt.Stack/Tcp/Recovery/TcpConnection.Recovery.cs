namespace IoPkt.Stack;

/// <summary>What a connection tells its loss recovery of acknowledgements.</summary>
internal sealed partial class TcpConnection
{
    private long _duplicateSegments;

    /// <summary>Takes in the SACK blocks of a segment, and what it says of duplicates (RFC 2883).</summary>
    private SackBlock? NoteSack(in IncomingSegment segment, ref DeliverySummary delivered)
    {
        if (!_recovery.UsesSack || segment.Options.SackCount == 0)
            return null;
        SackBlock? duplicate = DuplicateSack.Find(segment.Options, segment.Acknowledgment);
        if (duplicate is { } block)
        {
            Counters.DuplicateSacksReceived.Increment();
            _duplicateSegments += (block.End - block.Start + SegmentDataSize - 1) / SegmentDataSize;
        }
        for (int i = duplicate is null ? 0 : 1; i < segment.Options.SackCount; i++)
            _retransmissionQueue.Sack(segment.Options.Sack[i], ref delivered);
        return duplicate;
    }

    /// <summary>
    /// A receiver short of memory may drop what it reported (Linux does to make room for something later), and then the timeout would be long in coming: what's sent again brings no sample that ends its
    /// doubling.
    /// </summary>
    private void CheckReneging(in IncomingSegment segment)
    {
        if (!_recovery.UsesSack || _retransmissionQueue.Head is not { IsSacked: true })
            return;
        Counters.SackReneging.Increment();
        _retransmissionQueue.TakeBack(((ReadOnlySpan<SackBlock>)segment.Options.Sack)[..segment.Options.SackCount]);
    }

    private void Recover(in IncomingSegment segment, int advanced, int duplicates, in DeliverySummary delivered, SackBlock? duplicateSack)
    {
        DeliveryRateSample rate = _deliveryRate.OnAcknowledgment(delivered, Now, _rtt.Minimum);
        AcknowledgmentReport report = new()
        {
            Acknowledged = _sndUna,
            Next = _sndNxt,
            Advanced = advanced,
            Duplicates = duplicates,
            IsPureDuplicate = advanced == 0 && segment.Length == 0 && segment.Options.SackCount == 0,
            Delivered = delivered,
            DuplicateSack = duplicateSack,
            CanSendNew = HasUnsent && UsableWindow > 0,
            EchoedAt = EchoedAt(segment),
            Sample = new AcknowledgmentSample
            {
                Now = Now,
                Delivered = delivered.Delivered,
                RoundTrip = delivered.Retransmission.Exists || !delivered.Original.Exists ? 0 : Now - delivered.Original.SentAt,
                SmoothedRoundTrip = _rtt.Smoothed,
                IsWindowLimited = _windowUsage.IsLimited(Congestion),
                Rate = rate,
                UsesSack = _recovery.UsesSack,
                Acknowledged = _sndUna,
                Next = _sndNxt,
            },
        };
        RecoveryState before = _recovery.State;
        bool mightProbe = _recovery.MayProbe;
        _recovery.OnAcknowledgment(report, _rtt.Minimum);
        NoteRecoveryState(before);
        // It may have acknowledged nothing new; but if it undoes a reduction, there's a window to be used at once, and if it ends a probe, what was sent meanwhile has none.
        if (before != _recovery.State || (!mightProbe && _recovery.MayProbe))
            SetPending();
        ArmReorderingTimer();
    }

    private void NoteTimeout()
    {
        RecoveryState before = _recovery.State;
        _recovery.OnTimeout(_sndUna, _sndNxt, Now);
        _reorderingTimer.Cancel();
        _probeTimer.Cancel();
        NoteRecoveryState(before);
    }

    private void NoteRecoveryState(RecoveryState before)
    {
        if (before <= RecoveryState.Disorder && _recovery.State >= RecoveryState.WindowReduced)
            _ecn.OnWindowReduced(_sndNxt);
    }

    /// <summary>CheckIfApplicationLimited() of draft-ietf-ccwg-bbr, section 4.1.2.4: there was room, and the user had nothing for it.</summary>
    private void CheckApplicationLimited()
    {
        if (_recovery.Congestion is null || _sendBuffer.Length - (_sndNxt - _sndUna) >= SegmentDataSize || _retransmissionQueue.LostBytes > 0)
            return;
        int inFlight = _recovery.InFlight;
        if (inFlight < Congestion.Window)
            _deliveryRate.MarkApplicationLimited(inFlight);
    }

    /// <summary>The time of the clock that a timestamp echo stands for, to the millisecond; 0: there's none.</summary>
    private long EchoedAt(in IncomingSegment segment)
    {
        if (!_usesTimestamps || !segment.Options.HasTimestamps || segment.Options.TimestampEcho == 0)
            return 0;
        int age = (int)(TimestampNow(Stack.Clock, _timestampOffset) - segment.Options.TimestampEcho);
        return age < 0 ? 0 : Math.Max(1, (Now / 1000 - age) * 1000);
    }
}
