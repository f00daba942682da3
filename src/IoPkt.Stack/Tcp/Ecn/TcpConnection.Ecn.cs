namespace IoPkt.Stack;

/// <summary>ECN's part in a connection's segments.</summary>
internal sealed partial class TcpConnection
{
    private ExplicitCongestionNotification _ecn;
    private long _markedDeliveredBytes;

    /// <summary>The traffic class of a segment. Section 6.1.4 and 6.1.5 of RFC 3168: "pure acknowledgement packets" and retransmissions MUST NOT be marked as capable, new data are.</summary>
    private byte TrafficClass(bool isNewData) =>
        (byte)(Socket.Options.TrafficClass & ~ExplicitCongestionNotification.FieldMask | (isNewData && _ecn.IsUsed ? ExplicitCongestionNotification.CapableTransport : 0));

    /// <summary>The flags of a SYN or of our answer to one. Section 6.1.1.1: "A host that receives no reply to an ECN-setup SYN … MAY resend the SYN … with CWR and ECE cleared": some boxes drop such SYNs.</summary>
    private TcpFlags EcnOfHandshake(bool isAnswer)
    {
        if (isAnswer)
            return _ecn.IsUsed ? TcpFlags.Ece : TcpFlags.None;
        return Settings.Ecn == EcnMode.On && _handshakeTransmissions == 1 ? TcpFlags.Ece | TcpFlags.Cwr : TcpFlags.None;
    }

    /// <summary>The answer to our SYN has come, or, in a simultaneous open, the peer's own.</summary>
    private void NegotiateEcn(in IncomingSegment segment) => UseEcn(segment.IsAck
        ? Settings.Ecn == EcnMode.On && ExplicitCongestionNotification.IsConsent(segment.Flags)
        : Settings.Ecn != EcnMode.Off && ExplicitCongestionNotification.IsRequest(segment.Flags));

    private void UseEcn(bool isUsed)
    {
        _ecn.IsUsed = isUsed;
        if (isUsed)
            Counters.EcnConnections.Increment();
    }

    private void NoteEcnOfData(in IncomingSegment segment)
    {
        if (_ecn.OnData(segment.Flags, segment.TrafficClass))
        {
            Counters.EcnMarksReceived.Increment();
            AckNow();
        }
    }

    private void NoteEcnEcho(in IncomingSegment segment, int delivered)
    {
        _ecn.OnAcknowledged(_sndUna);
        // With a SYN the flag is the peer's consent (section 6.1.1); in a simultaneous open, that SYN-ACK comes when the connection is synchronized already.
        if ((segment.Flags & TcpFlags.Ece) == 0 || segment.IsWindowInBytes || !_ecn.IsUsed)
            return;
        _markedDeliveredBytes += delivered;
        if (!_ecn.IsNews)
            return;
        Counters.EcnEchoesReceived.Increment();
        // The FlightSize that was too much had in it what this acknowledges.
        _recovery.OnExplicitNotification(_sndUna - delivered, _sndNxt, Now);
        _ecn.OnWindowReduced(_sndNxt);
    }
}
