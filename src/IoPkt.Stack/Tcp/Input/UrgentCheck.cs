namespace IoPkt.Stack;

/// <summary>The sixth step: the URG bit.</summary>
internal sealed partial class TcpConnection
{
    /// <summary>
    /// RFC 9293: "RCV.UP &lt;- max(RCV.UP,SEG.UP)". RFC 6093, section 6, advises against urgent data, and that, where they come, they stay in line: so nothing is
    /// taken out of the stream, and the mark is only remembered. The pointer is to the byte after the urgent ones, as everybody has it (section 2).
    /// </summary>
    /// <param name="segment">Perhaps trimmed already.</param>
    /// <param name="sequence">As it came: the pointer counts from there.</param>
    private void CheckUrgent(in IncomingSegment segment, SequenceNumber sequence)
    {
        if ((segment.Flags & TcpFlags.Urg) == 0 || State is not (TcpState.Established or TcpState.FinWait1 or TcpState.FinWait2))
            return;
        _rcvUp = SequenceNumber.Max(_rcvUp, sequence + segment.UrgentPointer);
        Counters.ReceivedUrgent.Increment();
    }

    /// <summary>RFC 9293, section 3.10.7.4: RCV.UP isn't left behind the data that the user has yet to take, or it would seem to lie ahead two gigabytes later.</summary>
    private void AdvanceUrgent() => _rcvUp = SequenceNumber.Max(_rcvUp, _rcvNxt - ReceiveBuffer.Length);

    /// <summary>Bytes from the first unconsumed one to the end of the urgent data; 0 or less: none (SIOCATMARK).</summary>
    public int UrgentOffset => _rcvUp - (_rcvNxt - ReceiveBuffer.Length);
}
