namespace IoPkt.Stack;

/// <summary>The fifth step: the ACK field. What it acknowledges, what that says of losses, the window it offers, and our FIN.</summary>
internal sealed partial class TcpConnection
{
    private long _bytesAcked;

    /// <returns>Whether the segment's processing goes on.</returns>
    private bool CheckAcknowledgment(in IncomingSegment segment)
    {
        if (State == TcpState.SynReceived)
        {
            // "If SND.UNA < SEG.ACK =< SND.NXT, then enter ESTABLISHED state … If the segment acknowledgment is not acceptable, form a reset segment".
            if (segment.Acknowledgment <= _iss || segment.Acknowledgment > _sndNxt)
            {
                _tcp.Resets.Answer(segment);
                return false;
            }
            _sndUna = _iss + 1;
            // A simultaneous open: the peer hasn't taken the data of our SYN, as we haven't those of its own.
            if (_synDataLength > 0)
                FastOpenAnswered(segment);
            Establish(segment);
        }
        // RFC 5961, section 5.2: "((SND.UNA - MAX.SND.WND) <= SEG.ACK <= SND.NXT)"; everything else is answered by an ACK and dropped.
        if (segment.Acknowledgment > _sndNxt)
        {
            Counters.ReceivedAcksTooMuch.Increment();
            Challenge();
            return false;
        }
        if (_sndUna - segment.Acknowledgment > (int)Math.Min(_maxSndWnd, int.MaxValue))
        {
            Challenge();
            return false;
        }
        ProcessAcknowledgment(segment);
        return State != TcpState.Closed && CheckOurFin();
    }

    private void ProcessAcknowledgment(in IncomingSegment segment)
    {
        CheckApplicationLimited();
        DeliverySummary delivered = default;
        SackBlock? duplicateSack = NoteSack(segment, ref delivered);
        SequenceNumber acknowledgment = segment.Acknowledgment;
        int advanced = Math.Max(0, acknowledgment - _sndUna);
        if (advanced > 0)
            _retransmissionQueue.Acknowledge(acknowledgment, ref delivered);
        if (delivered.Delivered > 0)
            MeasureRtt(segment, delivered, advanced > 0);
        if (advanced > 0)
        {
            Counters.ReceivedAcks.Increment();
            Counters.ReceivedAckBytes.Add(advanced);
            _sndUna = acknowledgment;
            _bytesAcked += advanced;
            _lastProgressAt = Now;
            ConfirmNeighbor();
            // Forgotten at once: two gigabytes later the same number would seem to lie ahead.
            if (_smallSegmentEnd <= acknowledgment)
                _hasSmallSegment = false;
            ForgetUrgent();
            // The FIN has a sequence number, but no byte in the buffer.
            _sendBuffer.Release(Math.Min(_sendBuffer.End, _sendBuffer.Start + advanced));
            CheckReneging(segment);
            TimeoutsEnded();
        }
        NoteDelivery(delivered, advanced > 0);
        bool isWindowUpdate = UpdateSendWindow(segment, advanced > 0);
        int duplicates = 0;
        // RFC 5681, section 2: "An acknowledgment is considered a 'duplicate' … when (a) the receiver of the ACK has outstanding data, (b) the incoming
        // acknowledgment carries no data, (c) the SYN and FIN bits are both off, (d) the acknowledgment number is equal to the greatest acknowledgment … and (e) the
        // advertised window in the incoming acknowledgment equals the advertised window in the last incoming acknowledgment." What answers a probe of a closed window tells of no loss.
        if (advanced == 0 && _sndWnd > 0 && acknowledgment == _sndUna && !_retransmissionQueue.IsEmpty && segment.Length == 0
            && (_recovery.UsesSack ? delivered.Sacked > 0 : !isWindowUpdate))
        {
            duplicates = 1;
            Counters.ReceivedDuplicateAcks.Increment();
        }
        if (_recovery.Congestion is not null)
        {
            Recover(segment, advanced, duplicates, delivered, duplicateSack);
            NoteEcnEcho(segment, delivered.Delivered);
        }
        // RFC 6298, section 5 (5.2) and (5.3).
        if (_retransmissionQueue.IsEmpty)
            _retransmissionTimer.Cancel();
        else if (advanced > 0)
            ArmRetransmissionTimer();
        if (advanced > 0)
            NoteSendSpace();
        if (advanced > 0 || isWindowUpdate || duplicates > 0 || delivered.Delivered > 0)
            SetPending();
    }

    /// <summary>"If SND.WL1 &lt; SEG.SEQ or (SND.WL1 = SEG.SEQ and SND.WL2 =&lt; SEG.ACK)": so an old segment doesn't take the window back.</summary>
    /// <param name="segment">What has arrived.</param>
    /// <param name="isNew">It moved SND.UNA.</param>
    /// <returns>Whether the window has changed.</returns>
    private bool UpdateSendWindow(in IncomingSegment segment, bool isNew)
    {
        // An acknowledgement of new data is no old segment, whatever its number: the window that comes with it, and no other, fits the new SND.UNA.
        if (segment.Acknowledgment < _sndUna || !(isNew || _sndWl1 < segment.Sequence || (_sndWl1 == segment.Sequence && _sndWl2 <= segment.Acknowledgment)))
            return false;
        uint window = (uint)segment.Window << (segment.IsWindowInBytes ? 0 : _sndScale);
        bool changed = window != _sndWnd;
        bool reopens = _sndWnd == 0 && window > 0;
        _sndWnd = window;
        _maxSndWnd = Math.Max(_maxSndWnd, window);
        _sndWl1 = segment.Sequence;
        _sndWl2 = segment.Acknowledgment;
        if (changed)
            Counters.ReceivedWindowUpdates.Increment();
        if (reopens)
            WindowReopened();
        return changed;
    }

    /// <summary>
    /// What was in flight when the window closed can't have been kept: it lay beyond the window. It goes out again, and congestion had no part in it. But what left less than a round trip ago met the
    /// window that's open now: sent again for each update, it would bring as many updates more.
    /// </summary>
    private void WindowReopened()
    {
        _persistTimer.Cancel();
        _persistBackoff = 0;
        _rtt.ClearBackoff();
        if (_retransmissionQueue.IsEmpty)
            return;
        _recovery.ResendUntil(Now - (_rtt.HasSample ? _rtt.Minimum : _rtt.Base));
        ArmRetransmissionTimer();
    }

    /// <summary>
    /// RFC 6298, section 3: "RTT samples MUST NOT be made using segments that were retransmitted", unless a timestamp tells which transmission is answered. It must echo the last one:
    /// a peer that had the data already echoes the first one's, and the time since then is no round trip. What a SACK block reports is a sample, too (RFC 8985, section 6.2, step 1, needs it), but the echo that
    /// comes with it is an older segment's, from before the gap (RFC 7323, section 4.3).
    /// </summary>
    private void MeasureRtt(in IncomingSegment segment, in DeliverySummary delivered, bool advances)
    {
        Counters.RoundTripAttempts.Increment();
        // What was sent once, but is acknowledged together with a retransmission, waited for that: the acknowledgement before was lost.
        if (!delivered.Retransmission.Exists)
            AddRttSample(Now - delivered.Original.SentAt);
        else if (advances && EchoedAt(segment) is var echoed && echoed != 0 && echoed / 1000 >= delivered.Retransmission.SentAt / 1000)
            AddRttSample(Now - delivered.Retransmission.SentAt);
    }

    private void AddRttSample(long sample)
    {
        Counters.RoundTripUpdates.Increment();
        _rtt.AddSample(sample, Now);
    }

    /// <summary>"In addition to the processing for the ESTABLISHED state, if the FIN segment is now acknowledged …"</summary>
    private bool CheckOurFin()
    {
        if (!_finSent || _sndUna != _sndNxt)
            return true;
        switch (State)
        {
            case TcpState.FinWait1:
                Enter(TcpState.FinWait2);
                if (IsOrphan)
                    StartFinWait2Timer();
                return true;
            case TcpState.Closing:
                EnterTimeWait();
                return false;
            case TcpState.LastAck:
                Finish();
                return false;
            default:
                return true;
        }
    }
}
