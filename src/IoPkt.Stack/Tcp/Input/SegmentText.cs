namespace IoPkt.Stack;

/// <summary>The seventh and eighth step: the segment's text, and the FIN bit.</summary>
internal sealed partial class TcpConnection
{
    private SequenceNumber _peerFin;
    private bool _hasPeerFin;
    private long _bytesReceived;
    private int _outOfOrderSegments;

    private void ProcessText(ref IncomingSegment segment)
    {
        // "This should not occur since a FIN has been received from the remote side. Ignore the segment text."
        if (State is not (TcpState.Established or TcpState.FinWait1 or TcpState.FinWait2))
            return;
        if (segment.IsFin)
        {
            _hasPeerFin = true;
            _peerFin = segment.End - 1;
        }
        if (segment.DataLength == 0)
        {
            if (segment.IsFin && segment.Sequence != _rcvNxt)
                OweDuplicateAck(segment);
            return;
        }
        _dataSegmentsIn += segment.Count;
        if (IsOrphan || Socket.IsReceiveShutDown)
        {
            DiscardText(segment);
            return;
        }
        if (MustRefuse(segment))
        {
            AckNow();
            return;
        }
        NoteEcnOfData(segment);
        ObserveSegmentSize(segment);
        MeasureReceiverRtt(segment);
        if (segment.Sequence != _rcvNxt)
        {
            QueueOutOfOrder(ref segment);
            return;
        }
        NoteNewData(segment);
        Counters.ReceivedInSequence.Increment();
        Counters.ReceivedInSequenceBytes.Add(segment.DataLength);
        int length = segment.DataLength;
        Receive(segment.TakePayload(), length);
        if (_reassembly.IsEmpty)
        {
            OweAck(length);
        }
        else
        {
            while (_reassembly.TryTake(_rcvNxt, out Mbuf? more, out int moreLength))
                Receive(more!, moreLength);
            // RFC 5681, section 4.2: "a TCP receiver SHOULD send an immediate ACK when the incoming segment fills in all or part of a gap in the sequence space."
            AckNow();
        }
        Socket.DataReceived();
    }

    private void ProcessFin()
    {
        if (!_hasPeerFin || _peerFin != _rcvNxt || !IsSynchronized)
            return;
        // "advance RCV.NXT over the FIN, and send an acknowledgment for the FIN."
        _hasPeerFin = false;
        _rcvNxt += 1;
        // What lies beyond a FIN can't be data of this connection.
        _reassembly.Clear();
        AckNow();
        Socket.EndReceived();
        switch (State)
        {
            case TcpState.Established:
                Enter(TcpState.CloseWait);
                break;
            case TcpState.FinWait1:
                // Whether our FIN has been acknowledged was decided in the fifth step; it hasn't, or this were FIN-WAIT-2.
                Enter(TcpState.Closing);
                break;
            case TcpState.FinWait2:
                EnterTimeWait();
                break;
        }
    }

    private void Receive(Mbuf payload, int length)
    {
        _rcvNxt += length;
        // The window isn't taken back; data can only have come from inside it.
        _rcvAdvertised = SequenceNumber.Max(_rcvAdvertised, _rcvNxt);
        _bytesReceived += length;
        ReceiveBuffer.Append(payload);
        AdvanceUrgent();
    }

    /// <summary>RFC 5681, section 4.2: "A TCP receiver SHOULD send an immediate duplicate ACK when an out-of-order segment arrives."</summary>
    private void QueueOutOfOrder(ref IncomingSegment segment)
    {
        Counters.ReceivedOutOfOrder.Increment();
        Counters.ReceivedOutOfOrderBytes.Add(segment.DataLength);
        _outOfOrderSegments += segment.Count;
        int length = segment.DataLength;
        if (_reassembly.Contains(segment.Sequence, segment.Sequence + length))
            NoteDuplicate(segment.Sequence, segment.Sequence + length);
        OweDuplicateAck(segment);
        if (!_reassembly.Insert(segment.Sequence, segment.TakePayload(), length, ReassemblyStorage))
            Counters.ReceivedDuplicates.Increment();
    }

    /// <summary>
    /// Memory for what the window lets in, filled as badly as <see cref="MbufCompaction"/> leaves it: a promise isn't broken because segments are small. The window may have been promised before the user
    /// asked for a smaller buffer.
    /// </summary>
    private int ReassemblyStorage => MbufCompaction.WorstRatio * Math.Min(Math.Max(ReceiveLimit, _rcvAdvertised - _rcvNxt), int.MaxValue / MbufCompaction.WorstRatio);

    /// <summary>Nobody will read it.</summary>
    private void DiscardText(in IncomingSegment segment)
    {
        if (IsOrphan)
        {
            // RFC 9293, section 3.6 (MUST-12, SHLD-3): "If such a host issues a CLOSE call while received data is still pending …, or if new data is received
            // after CLOSE is called, its TCP SHOULD send a RST to show that data was lost."
            Counters.ReceivedAfterClose.Increment();
            // Its number is what the peer expects next, even if our FIN is still on the way to it: RFC 5961 has it take no other.
            _tcp.Resets.Answer(segment);
            Finish();
            return;
        }
        if (segment.Sequence == _rcvNxt)
        {
            _rcvNxt += segment.DataLength;
            _rcvAdvertised = SequenceNumber.Max(_rcvAdvertised, _rcvNxt);
            OweAck(segment.DataLength);
        }
        else
        {
            OweDuplicateAck(segment);
        }
    }
}
