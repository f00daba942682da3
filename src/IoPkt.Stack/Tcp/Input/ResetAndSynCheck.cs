namespace IoPkt.Stack;

/// <summary>The second and fourth step: the RST and SYN bits, hardened against blind attacks by RFC 5961.</summary>
internal sealed partial class TcpConnection
{
    /// <summary>One challenge in this time, in microseconds, is enough for an honest peer, whose next segment is the reset or the data that decide the matter.</summary>
    private const long ChallengeInterval = 500_000;

    private long _lastChallengeAt;
    private bool _hasChallenged;

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
                // Reached from SYN-SENT: "the connection was refused, signal the user 'connection refused'". Opened by a cookie, it has a user already.
                Fail(IsFastOpened ? Errno.ConnectionReset : Errno.ConnectionRefused);
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
        if (State == TcpState.SynReceived && IsFastOpened)
        {
            RepeatSynAck();
            return false;
        }
        // "RFC 5961 recommends that in these synchronized states, if the SYN bit is set, irrespective of the sequence number, TCP endpoints MUST send a
        // 'challenge ACK' to the remote peer: <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>".
        Challenge();
        return false;
    }

    /// <summary>
    /// RFC 5961, section 7: "An implementation SHOULD include an ACK throttling mechanism". First each connection has a limit of its own, so that who provokes
    /// answers here takes nothing from the whole stack's count, and learns nothing from it (CVE-2016-5696).
    /// </summary>
    private void Challenge()
    {
        if (_hasChallenged && Now - _lastChallengeAt < ChallengeInterval)
        {
            Counters.ChallengeAcksSuppressed.Increment();
            return;
        }
        if (!_tcp.Resets.MayChallenge())
            return;
        _hasChallenged = true;
        _lastChallengeAt = Now;
        AckNow();
    }
}
