namespace IoPkt.Stack;

/// <summary>The second and fourth step: the RST and SYN bits, hardened against blind attacks by RFC 5961.</summary>
internal sealed partial class TcpConnection
{
    private bool CheckReset(in IncomingSegment segment)
    {
        if (!segment.IsRst)
            return true;
        // RFC 9293, section 3.10.7.4, second: "2) If the RST bit is set and the sequence number exactly matches the next expected sequence number (RCV.NXT), then TCP
        // endpoints MUST reset the connection". "3) If the RST bit is set and the sequence number does not exactly match … yet is within the current receive
        // window, TCP endpoints MUST send an acknowledgment (challenge ACK)."
        if (segment.Sequence != _rcvNxt)
        {
            Counters.BadResets.Increment();
            Challenge();
            return false;
        }
        Counters.ResetsReceived.Increment();
        switch (State)
        {
            case TcpState.SynReceived:
                // Reached from SYN-SENT: "the connection was refused, signal the user 'connection refused'".
                Fail(Errno.ConnectionRefused);
                break;
            case TcpState.Closing or TcpState.LastAck:
                Finish();
                break;
            default:
                Fail(Errno.ConnectionReset);
                break;
        }
        return false;
    }

    private bool CheckSyn(in IncomingSegment segment)
    {
        if (!segment.IsSyn)
            return true;
        // "RFC 5961 recommends that in these synchronized states, if the SYN bit is set, irrespective of the sequence number, TCP endpoints MUST send a
        // 'challenge ACK' to the remote peer: <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>".
        Challenge();
        return false;
    }

    private void Challenge()
    {
        if (_tcp.Resets.MayChallenge())
            AckNow();
    }
}
