namespace IoPkt.Stack;

/// <summary>RFC 9293, section 3.10.7.3: a segment arrives in SYN-SENT.</summary>
internal sealed partial class TcpConnection
{
    private void SynSentArrival(ref IncomingSegment segment)
    {
        // First, check the ACK bit: "If SEG.ACK =< ISS, or SEG.ACK > SND.NXT, send a reset (unless the RST bit is set …) … and discard the segment."
        if (segment.IsAck && (segment.Acknowledgment <= _iss || segment.Acknowledgment > _sndNxt))
        {
            _tcp.Resets.Answer(segment);
            return;
        }
        // RFC 7323, section 3.2: the echo "MUST be" a value that we have sent. One from before this SYN answers an older one of the same ports.
        if (segment.IsAck && segment.Options is { HasTimestamps: true, TimestampEcho: not 0 } && Settings.Timestamps && !IsEchoOfSyn(segment.Options.TimestampEcho))
        {
            Counters.ReceivedOldTimestamps.Increment();
            _tcp.Resets.Answer(segment);
            return;
        }
        // Second, check the RST bit: "If the ACK was acceptable, then signal to the user 'error: connection reset', … Otherwise (no ACK), drop the segment".
        // As Berkeley's sockets have it, the error is "connection refused".
        if (segment.IsRst)
        {
            Counters.ResetsReceived.Increment();
            if (segment.IsAck)
                Fail(Errno.ConnectionRefused);
            return;
        }
        // Fourth, check the SYN bit. Fifth, "if neither of the SYN or RST bits is set, then drop the segment and return".
        if (!segment.IsSyn)
            return;
        PeerIsAlive();
        _irs = segment.Sequence;
        _rcvNxt = _irs + 1;
        _rcvAdvertised = _rcvNxt + Math.Min(ushort.MaxValue, FreeReceiveSpace);
        _rcvUp = _rcvNxt;
        ApplyPeerOptions(segment.Options);
        NegotiateEcn(segment);
        if (segment.IsAck)
        {
            // "If SND.UNA > ISS (our SYN has been ACKed), change the connection state to ESTABLISHED, form an ACK segment".
            FastOpenAnswered(segment);
            Establish(segment);
            AckNow();
            segment.TrimFront(1);
            ProcessText(ref segment);
            ProcessFin();
            return;
        }
        // "Otherwise, enter SYN-RECEIVED, form a SYN,ACK segment <SEQ=ISS><ACK=RCV.NXT><CTL=SYN,ACK> and send it." Data with the SYN are left for the peer to
        // send again, now that it's not acknowledged.
        _sndWnd = _maxSndWnd = segment.Window;
        Enter(TcpState.SynReceived);
        _rtt.ClearBackoff();
        _handshakeDue = true;
        SetPending();
    }

    private bool IsEchoOfSyn(uint echo) => (int)(echo - _firstTimestamp) >= 0 && (int)(TimestampNow(Stack.Clock, _timestampOffset) - echo) >= 0;
}
