namespace IoPkt.Stack;

/// <summary>A picture of the connection for TCP_INFO and netstat.</summary>
internal sealed partial class TcpConnection
{
    public TcpInfo GetInfo()
    {
        _retransmissionQueue.Count(out int lost, out int resent);
        return GetInfo(lost, resent);
    }

    private TcpInfo GetInfo(int lost, int resent) => new()
    {
        State = State,
        Recovery = (byte)_recovery.State,
        Retransmits = _retransmissions,
        Probes = _persistProbes + _keepAliveProbes,
        Backoff = _rtt.Backoff,
        UsesTimestamps = _usesTimestamps,
        UsesSack = _recovery.UsesSack,
        UsesWindowScale = _usesWindowScale,
        SendScale = _sndScale,
        ReceiveScale = _rcvScale,
        RetransmissionTimeout = _rtt.Timeout,
        AckTimeout = (long)Settings.DelayedAck.TotalMicroseconds,
        SendMaximumSegment = SegmentDataSize,
        ReceiveMaximumSegment = _receivedSegmentSize,
        AdvertisedMaximumSegment = AdvertisedMaximumSegment,
        PathMtu = _pathMtu,
        UnacknowledgedBytes = _retransmissionQueue.Outstanding,
        SackedBytes = _retransmissionQueue.SackedBytes,
        LostBytes = lost,
        ResentBytes = resent,
        InFlightBytes = _recovery.InFlight,
        LastDataSent = Since(_lastDataSentAt),
        LastDataReceived = Since(_lastReceivedAt),
        LastAckReceived = Since(_lastHeard),
        RoundTrip = _rtt.Smoothed,
        RoundTripVariation = _rtt.Variation,
        MinimumRoundTrip = _rtt.Minimum,
        ReceiverRoundTrip = _receiverRtt,
        CongestionWindow = _recovery.Congestion?.Window ?? 0,
        SlowStartThreshold = _recovery.Congestion?.SlowStartThreshold ?? int.MaxValue,
        PacingRate = _recovery.Congestion is null ? 0 : PacingRate,
        DeliveryRate = _deliveryRate.Latest,
        IsDeliveryRateApplicationLimited = _deliveryRate.IsApplicationLimited,
        DeliveredBytes = _deliveryRate.Delivered,
        MarkedDeliveredBytes = _markedDeliveredBytes,
        UsesEcn = _ecn.IsUsed,
        HasSeenEcn = _ecn.HasSeenCapableTransport,
        DuplicateSegments = _duplicateSegments,
        Reorderings = _recovery.Reorderings,
        ReorderingExtent = _recovery.ReorderingExtent,
        SendWindow = _sndWnd,
        ReceiveWindow = _rcvAdvertised - _rcvNxt,
        ReceiveSpace = ReceiveLimit,
        SendSpace = SendLimit,
        TotalRetransmissions = _totalRetransmissions,
        BytesSent = _bytesSent,
        BytesRetransmitted = _bytesRetransmitted,
        BytesAcknowledged = _bytesAcked,
        BytesReceived = _bytesReceived,
        BytesNotSent = NotSent,
        BusyTime = _chronometer.Total(SendState.Busy, Now),
        ReceiveWindowLimitedTime = _chronometer.Total(SendState.WindowLimited, Now),
        SendBufferLimitedTime = _chronometer.Total(SendState.BufferLimited, Now),
        TotalTimeouts = _totalTimeouts,
        TotalTimeoutRecoveries = _totalTimeoutRecoveries,
        TotalTimeoutTime = _totalTimeoutTime,
        SynDataAccepted = _synDataAccepted,
        FastOpenFailure = _fastOpenFailure,
        SegmentsIn = _segmentsIn,
        SegmentsOut = _segmentsOut,
        DataSegmentsIn = _dataSegmentsIn,
        DataSegmentsOut = _dataSegmentsOut,
        OutOfOrderSegments = _outOfOrderSegments,
        CongestionControl = _congestionName,
    };

    private long Since(long when) => when == 0 ? 0 : Now - when;
}
