namespace IoPkt.Stack;

/// <summary>The first step: is any of the segment inside the window? With the timestamp check of RFC 7323, section 5, before it.</summary>
internal sealed partial class TcpConnection
{
    /// <summary>RFC 7323, section 5.5: a connection idle for longer than this has no valid TS.Recent. 24 days, in microseconds.</summary>
    private const long TimestampLifetime = 24L * 24 * 3600 * 1_000_000;

    /// <summary>Pure acknowledgements in answer to pure acknowledgements, at most one in this time: two ends that disagree must not answer each other for ever.</summary>
    private const long InvalidAckInterval = 500_000;

    private long _lastInvalidAckAt;

    private bool CheckSequence(ref IncomingSegment segment)
    {
        if (_usesTimestamps && !segment.IsRst && !CheckTimestamp(segment))
            return false;
        int window = _rcvAdvertised - _rcvNxt;
        if (!IsAcceptable(segment, window))
        {
            CountUnacceptable(segment);
            // RFC 5961, section 4.2: a SYN is challenged wherever it lies. Else: "If an incoming segment is not acceptable, an acknowledgment should be sent in
            // reply (unless the RST bit is set …): <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>".
            if (segment.IsRst)
                Counters.BadResets.Increment();
            else if (segment.IsSyn && IsFastOpened && segment.Sequence == _irs)
                RepeatSynAck();
            else if (segment.IsSyn)
                Challenge();
            else
                AnswerUnacceptable(segment);
            // The limits on unanswered probes ask only whether the peer lives.
            if (segment.IsAck && !segment.IsRst && !segment.IsSyn && segment.Acknowledgment >= _sndUna && segment.Acknowledgment <= _sndNxt)
                PeerIsAlive();
            return false;
        }
        TrimToWindow(ref segment, window);
        return true;
    }

    /// <summary>
    /// RFC 7323, section 4.3: "If SEG.TSval >= TS.Recent and SEG.SEQ &lt;= Last.ACK.sent, then SEG.TSval is copied to TS.Recent". Only once the acknowledgment is known to be good:
    /// else a forged segment with a great timestamp would have everything after it dropped as old.
    /// </summary>
    /// <param name="segment">Perhaps trimmed already.</param>
    /// <param name="sequence">As it came.</param>
    private void RememberTimestamp(in IncomingSegment segment, SequenceNumber sequence)
    {
        if (!_usesTimestamps || !segment.Options.HasTimestamps || sequence > _lastAckSent || (int)(segment.Options.TimestampValue - _tsRecent) < 0)
            return;
        _tsRecent = segment.Options.TimestampValue;
        _tsRecentAt = Now;
    }

    /// <summary>RFC 9293, section 3.10.7.4, table 6.</summary>
    private bool IsAcceptable(in IncomingSegment segment, int window)
    {
        SequenceNumber edge = _rcvNxt + window;
        // "If the RCV.WND is zero, no segments will be acceptable, but special allowance should be made to accept valid ACKs, URGs, and RSTs": the data are cut off.
        if (window == 0)
            return segment.Sequence == _rcvNxt;
        if (segment.Length == 0)
        {
            // A peer that has filled our window, and lost some of it, acknowledges from its edge: those must count, or two such ends would wait for each other.
            return segment.Sequence.IsIn(_rcvNxt, edge) || (segment.Sequence == edge && segment.IsAck && !segment.IsRst);
        }
        SequenceNumber last = segment.End - 1;
        return segment.Sequence.IsIn(_rcvNxt, edge) || last.IsIn(_rcvNxt, edge) || (segment.Sequence < _rcvNxt && last >= edge);
    }

    /// <summary>"in the following it is assumed that the segment is the idealized segment that begins at RCV.NXT and does not exceed the window."</summary>
    private void TrimToWindow(ref IncomingSegment segment, int window)
    {
        int before = _rcvNxt - segment.Sequence;
        if (before > 0)
        {
            Counters.ReceivedPartlyDuplicate.Increment();
            Counters.ReceivedDuplicateBytes.Add(Math.Min(before, segment.DataLength));
            NoteDuplicate(segment.Sequence, _rcvNxt);
            segment.TrimFront(before);
            AckNow();
        }
        int room = _rcvNxt + window - segment.Sequence;
        if (segment.DataLength > room)
        {
            if (window == 0)
                Counters.ReceivedWindowProbes.Increment();
            Counters.ReceivedAfterWindow.Increment();
            Counters.ReceivedAfterWindowBytes.Add(segment.DataLength - room);
            segment.TruncateData(room);
            AckNow();
        }
    }

    private bool CheckTimestamp(in IncomingSegment segment)
    {
        // RFC 7323, section 3.2: "If a non-<RST> segment is received without a TSopt, a TCP SHOULD silently drop the segment."
        if (!segment.Options.HasTimestamps)
            return false;
        // Section 5.3, R1: "If … SEG.TSval < TS.Recent …, treat the arriving segment as not acceptable: Send an acknowledgment in reply … and drop the segment."
        if ((int)(segment.Options.TimestampValue - _tsRecent) >= 0)
            return true;
        if (Now - _tsRecentAt > TimestampLifetime)
        {
            // Section 5.5: "PAWS … invalidates" a TS.Recent that's so old: the peer's clock may have wrapped. The segment, if it's in the window, brings another.
            _tsRecent = segment.Options.TimestampValue;
            return true;
        }
        Counters.ReceivedOldTimestamps.Increment();
        // The original of what was sent again, mostly: its sender is to know that it wasn't lost.
        if (segment.DataLength > 0 && segment.End <= _rcvNxt)
            NoteDuplicate(segment.Sequence, segment.Sequence + segment.DataLength);
        AnswerUnacceptable(segment);
        return false;
    }

    private void AnswerUnacceptable(in IncomingSegment segment)
    {
        if (segment.Length == 0 && Now - _lastInvalidAckAt < InvalidAckInterval)
            return;
        _lastInvalidAckAt = Now;
        AckNow();
        _duplicateAcksOwed++;
    }

    private void CountUnacceptable(in IncomingSegment segment)
    {
        if (segment.End <= _rcvNxt && segment.Length > 0)
        {
            Counters.ReceivedDuplicates.Increment();
            Counters.ReceivedDuplicateBytes.Add(segment.DataLength);
            // A D-SACK tells of data: a SYN or a FIN that comes again isn't any.
            if (segment.DataLength > 0)
                NoteDuplicate(segment.Sequence, segment.Sequence + segment.DataLength);
            NoteRepeatedData();
        }
        else if (segment.DataLength > 0)
        {
            Counters.ReceivedAfterWindow.Increment();
            Counters.ReceivedAfterWindowBytes.Add(segment.DataLength);
        }
    }
}
