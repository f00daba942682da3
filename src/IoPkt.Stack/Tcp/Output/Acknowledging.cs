namespace IoPkt.Stack;

/// <summary>When to acknowledge: RFC 9293, section 3.8.6.3, and RFC 5681, section 4.2.</summary>
internal sealed partial class TcpConnection
{
    /// <summary>At the start the peer's window grows by our acknowledgements, so none of them waits: as many as an initial window's worth and then some.</summary>
    private const int InitialQuickAcks = 16;

    /// <summary>A batch holds at most this many duplicate acknowledgements; with SACK three say as much as any number.</summary>
    private const int MaximumDuplicateAcks = 64;

    private readonly StackTimer _delayedAckTimer;
    private bool _ackNow;
    private bool _isWindowUpdate;
    private int _duplicateAcksOwed;
    private int _unacknowledgedBytes;
    private int _quickAcks;

    /// <summary>When data came last; 0: never.</summary>
    private long _lastDataReceivedAt;

    /// <summary>The segment size that the peer seems to use.</summary>
    private int _receivedSegmentSize;

    /// <summary>TCP_QUICKACK</summary>
    public void RequestQuickAcks()
    {
        StartQuickAcks();
        if (_delayedAckTimer.IsArmed)
            AckNow();
    }

    private void StartQuickAcks() => _quickAcks = InitialQuickAcks;

    /// <summary>Data that leave soon after others came look like an answer: the next acknowledgement may wait for the next answer and go with it.</summary>
    private void NoteAnswer()
    {
        if (_lastDataReceivedAt != 0 && Now - _lastDataReceivedAt < (long)Settings.DelayedAck.TotalMicroseconds)
            _quickAcks = 0;
    }

    private void AckNow()
    {
        _ackNow = true;
        SetPending();
    }

    /// <summary>Data have come in order: RFC 5681, "an ACK SHOULD be generated for at least every second full-sized segment".</summary>
    private void OweAck(int length)
    {
        _unacknowledgedBytes += length;
        _lastDataReceivedAt = Now;
        if (_quickAcks > 0 || _unacknowledgedBytes >= 2 * _receivedSegmentSize || Socket.QuickAck)
            AckNow();
        else if (!_delayedAckTimer.IsArmed)
            _delayedAckTimer.ArmAfter((long)Settings.DelayedAck.TotalMicroseconds);
    }

    private void OweDuplicateAck(in IncomingSegment segment)
    {
        _duplicateAcksOwed += segment.Count;
        AckNow();
    }

    private void ObserveSegmentSize(in IncomingSegment segment)
    {
        int size = (segment.DataLength + segment.Count - 1) / segment.Count;
        if (size > _receivedSegmentSize)
            _receivedSegmentSize = Math.Min(size, Math.Max(AdvertisedMaximumSegment, Settings.DefaultMaximumSegment));
    }

    private void DelayedAckTimerExpired()
    {
        Counters.DelayedAcks.Increment();
        AckNow();
    }

    /// <summary>Sends the acknowledgements that no data carried.</summary>
    private void SendOwedAcks()
    {
        if (!_ackNow)
            return;
        int limit = _recovery.UsesSack ? RackLossDetection.DuplicateThreshold : MaximumDuplicateAcks;
        int count = Math.Clamp(_duplicateAcksOwed, 1, limit);
        if (_isWindowUpdate)
            Counters.SentWindowUpdates.Increment();
        // A batch may have left more holes than one segment has room to tell of.
        for (int i = 0; i < count || (_recovery.UsesSack && _reassembly.HasUnreported && i < MaximumDuplicateAcks); i++)
            SendAck(_sndNxt);
    }

    private void SendAck(SequenceNumber sequence)
    {
        Counters.SentAcks.Increment();
        SendBare(sequence);
    }

    /// <summary>A segment without data.</summary>
    private void SendBare(SequenceNumber sequence)
    {
        OutgoingSegment segment = NewSegment();
        segment.Sequence = sequence;
        Transmit(ref segment);
    }

    /// <summary>A segment with RCV.NXT and the window has left.</summary>
    private void AckSent()
    {
        _ackNow = _isWindowUpdate = false;
        _duplicateAcksOwed = _unacknowledgedBytes = 0;
        _delayedAckTimer.Cancel();
        if (_quickAcks > 0)
            _quickAcks--;
    }
}
