namespace IoPkt.Stack;

/// <summary>
/// Whether what was sent again since recovery began needed it: the Eifel algorithm (RFC 3522) sees by timestamps that an acknowledgement answers the original, and D-SACK (RFC 3708) that the peer
/// had everything already.
/// </summary>
internal struct SpuriousRetransmissions
{
    private SequenceNumber _start;

    /// <summary>The end of the highest part that was sent again.</summary>
    private SequenceNumber _end;

    /// <summary>RetransmitTS: when the first of what was sent again, and isn't all acknowledged yet, was.</summary>
    private long _firstAt;

    /// <summary>Bytes sent again and not reported as duplicates.</summary>
    private long _unconfirmed;

    /// <summary>Not all that was sent again is acknowledged.</summary>
    private bool _isOutstanding;

    /// <summary>Recovery begins. If something that was sent again before is still on its way, an acknowledgement may answer that.</summary>
    public void Start(SequenceNumber una)
    {
        if (_isOutstanding)
            return;
        _start = una;
        _firstAt = 0;
        _unconfirmed = 0;
    }

    /// <param name="start">The first sequence number of what is sent again.</param>
    /// <param name="bytes">How much.</param>
    /// <param name="now">Microseconds.</param>
    /// <param name="isRecovering">Else it's a probe, and stands for itself.</param>
    public void OnResent(SequenceNumber start, int bytes, long now, bool isRecovering)
    {
        SequenceNumber end = start + bytes;
        if (!isRecovering && !_isOutstanding)
            Start(start);
        _isOutstanding = true;
        if (_firstAt == 0)
        {
            _firstAt = now;
            _start = start;
            _end = end;
        }
        _end = SequenceNumber.Max(_end, end);
        _unconfirmed += bytes;
    }

    public void OnAcknowledged(SequenceNumber una) => _isOutstanding &= una < _end;

    /// <returns>Whether the peer has reported so many duplicates that nothing of what was sent again was missing.</returns>
    public bool OnDuplicate(in SackBlock block)
    {
        if (_firstAt == 0 || block.Start < _start || block.End > _end)
            return false;
        _unconfirmed -= block.End - block.Start;
        return _unconfirmed <= 0;
    }

    /// <summary>RFC 3522, section 3.2, step 5: "If the value of the Timestamp Echo Reply field of the acceptable ACK's … is smaller than the value of RetransmitTS", it was spurious.</summary>
    public readonly bool IsRevealedBy(in AcknowledgmentReport report) => report.Advanced > 0 && _firstAt != 0 && report.EchoPrecedes(_firstAt);
}
