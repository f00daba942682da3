namespace IoPkt.Stack;

/// <summary>When and how a segment that belongs to nothing is answered by a reset.</summary>
internal sealed class ResetPolicy(NetworkStack stack, TcpProtocol tcp)
{
    private RateLimit _resets;
    private RateLimit _challenges;

    /// <summary>
    /// RFC 9293, section 3.10.7.1: "An incoming segment not containing a RST causes a RST to be sent in response", with the numbers that make it acceptable there:
    /// "If the ACK bit is off, sequence number zero is used, &lt;SEQ=0&gt;&lt;ACK=SEG.SEQ+SEG.LEN&gt;&lt;CTL=RST,ACK&gt;. If the ACK bit is on,
    /// &lt;SEQ=SEG.ACK&gt;&lt;CTL=RST&gt;".
    /// </summary>
    public void Answer(in IncomingSegment segment)
    {
        if (segment.IsRst || segment.IsMulticastOrBroadcast)
            return;
        if (!_resets.TryTake(stack.Clock, tcp.Settings.ResetsPerSecond, stack.Random))
        {
            tcp.Counters.ResetsSuppressed.Increment();
            return;
        }
        OutgoingSegment reset = new() { Local = segment.Local, Remote = segment.Remote, Flags = TcpFlags.Rst };
        if (segment.IsAck)
        {
            reset.Sequence = segment.Acknowledgment;
        }
        else
        {
            reset.Flags |= TcpFlags.Ack;
            reset.Acknowledgment = segment.End;
        }
        tcp.Output.Send(reset, tcp.ReplyRoute);
    }

    /// <summary>RFC 5961, section 7: challenge acknowledgements are limited for the whole stack.</summary>
    public bool MayChallenge()
    {
        if (_challenges.TryTake(stack.Clock, tcp.Settings.ChallengeAcksPerSecond, stack.Random))
        {
            tcp.Counters.ChallengeAcks.Increment();
            return true;
        }
        tcp.Counters.ChallengeAcksSuppressed.Increment();
        return false;
    }
}
