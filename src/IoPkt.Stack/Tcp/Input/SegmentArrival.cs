namespace IoPkt.Stack;

/// <summary>SEGMENT ARRIVES, RFC 9293, section 3.10.7: the steps in their order, each in a file of this folder.</summary>
internal sealed partial class TcpConnection
{
    private long _lastReceivedAt;

    public override void SegmentArrives(ref IncomingSegment segment)
    {
        _segmentsIn += segment.Count;
        switch (State)
        {
            case TcpState.Closed:
                break;
            case TcpState.SynSent:
                SynSentArrival(ref segment);
                break;
            default:
                SynchronizedArrival(ref segment);
                break;
        }
        segment.Free();
    }

    /// <summary>Section 3.10.7.4, "Other States".</summary>
    private void SynchronizedArrival(ref IncomingSegment segment)
    {
        // A simultaneous open: the peer's SYN-ACK carries the SYN that we have had, and an acknowledgement that we lack (figure 7).
        if (State == TcpState.SynReceived && segment.IsSyn && segment.IsAck && segment.Sequence == _irs)
            segment.TrimFront(1);
        SequenceNumber sequence = segment.Sequence;
        if (!CheckSequence(ref segment) || !CheckReset(segment) || !CheckSyn(segment))
            return;
        // "if the ACK bit is off, drop the segment and return".
        if (!segment.IsAck)
            return;
        if (!CheckAcknowledgment(segment))
            return;
        RememberTimestamp(segment, sequence);
        PeerIsAlive();
        CheckUrgent(segment, sequence);
        ProcessText(ref segment);
        ProcessFin();
    }

    private void PeerIsAlive()
    {
        _lastReceivedAt = _lastHeard = Now;
        _keepAliveProbes = _persistProbes = 0;
        // Whatever a router said of the path, it's no longer so.
        _softError = Errno.None;
    }
}
