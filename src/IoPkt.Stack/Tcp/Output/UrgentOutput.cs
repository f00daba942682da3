namespace IoPkt.Stack;

/// <summary>Urgent data that the user sends (MSG_OOB): RFC 9293, section 3.8.5 (MUST-30). They're bytes of the stream like the others, of any number (MUST-31); a mark tells where they end (RFC 6093, section 2.1).</summary>
internal sealed partial class TcpConnection
{
    /// <summary>SND.UP: the sequence number after the urgent data.</summary>
    private SequenceNumber _sndUp;

    /// <summary>The peer hasn't acknowledged everything before <see cref="_sndUp"/>.</summary>
    private bool _hasUrgent;

    /// <summary>No segment has told the peer yet.</summary>
    private bool _owesUrgentNotice;

    /// <summary>"If the urgent flag is set …, SND.UP &lt;- SND.NXT-1 and set the urgent pointer in the outgoing segments" (section 3.10.2): what the user has given so far is urgent.</summary>
    public void MarkUrgent()
    {
        if (_sendBuffer.Length == 0)
            return;
        _sndUp = SequenceNumber.Max(_sndUna, _iss + 1) + _sendBuffer.Length;
        _hasUrgent = _owesUrgentNotice = true;
        Reconsider();
    }

    /// <summary>Whether what begins at <paramref name="sequence"/> lies before the mark. The pointer of a segment that a device cuts up would be wrong in all but the first, so such ones leave alone.</summary>
    private bool IsUrgent(SequenceNumber sequence) => _hasUrgent && sequence < _sndUp;

    /// <summary>"This field … is to be interpreted only in segments with the URG control bit set": it's told by segments that are near enough for its 16 bits.</summary>
    private void PointToUrgent(ref OutgoingSegment segment)
    {
        if (!IsUrgent(segment.Sequence) || _sndUp - segment.Sequence > ushort.MaxValue)
            return;
        segment.Flags |= TcpFlags.Urg;
        segment.UrgentPointer = (ushort)(_sndUp - segment.Sequence);
        _owesUrgentNotice = false;
    }

    /// <summary>Where the data can't go, because the peer's window is closed or the path is full, the mark does: that the peer's user has stopped reading may be what it's sent for.</summary>
    private void SendUrgentNotice()
    {
        if (!_owesUrgentNotice || !IsUrgent(_sndNxt) || _sndUp - _sndNxt > ushort.MaxValue)
            return;
        Counters.SentUrgent.Increment();
        SendBare(_sndNxt);
    }

    private void ForgetUrgent() => _hasUrgent &= _sndUna < _sndUp;
}
