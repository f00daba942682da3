namespace IoPkt.Stack;

/// <summary>The state of a connection at one moment: what Linux's <c>struct tcp_info</c> tells. Times are microseconds, sizes bytes.</summary>
public readonly record struct TcpInfo
{
    public TcpState State { get; init; }

    /// <summary>tcpi_ca_state: 0 open, 1 disorder, 2 the window is being reduced, 3 fast recovery, 4 after a timeout.</summary>
    public byte Recovery { get; init; }

    /// <summary>Timeouts since the last acknowledgement of new data.</summary>
    public int Retransmits { get; init; }

    /// <summary>Unanswered window and keep-alive probes.</summary>
    public int Probes { get; init; }

    /// <summary>How often the timeout has been doubled.</summary>
    public int Backoff { get; init; }

    public bool UsesTimestamps { get; init; }

    public bool UsesSack { get; init; }

    public bool UsesWindowScale { get; init; }

    /// <summary>Data in a SYN were accepted: TCP Fast Open.</summary>
    public bool SynDataAccepted { get; init; }

    /// <summary>Why our data in the SYN weren't accepted, if they weren't.</summary>
    public FastOpenFailure FastOpenFailure { get; init; }

    public byte SendScale { get; init; }

    public byte ReceiveScale { get; init; }

    public long RetransmissionTimeout { get; init; }

    public long AckTimeout { get; init; }

    public int SendMaximumSegment { get; init; }

    public int ReceiveMaximumSegment { get; init; }

    public int AdvertisedMaximumSegment { get; init; }

    public int PathMtu { get; init; }

    public int UnacknowledgedBytes { get; init; }

    public int SackedBytes { get; init; }

    /// <summary>Taken to be lost, sent again or not.</summary>
    public int LostBytes { get; init; }

    /// <summary>On the way once more.</summary>
    public int ResentBytes { get; init; }

    public int InFlightBytes { get; init; }

    /// <summary>Time since; 0: never.</summary>
    public long LastDataSent { get; init; }

    public long LastDataReceived { get; init; }

    public long LastAckReceived { get; init; }

    public long RoundTrip { get; init; }

    public long RoundTripVariation { get; init; }

    public long MinimumRoundTrip { get; init; }

    public long ReceiverRoundTrip { get; init; }

    public int CongestionWindow { get; init; }

    public int SlowStartThreshold { get; init; }

    /// <summary>Bytes a second; 0: not paced.</summary>
    public long PacingRate { get; init; }

    /// <summary>The latest sample of what the path delivers, in bytes a second; 0: none yet.</summary>
    public long DeliveryRate { get; init; }

    /// <summary>The user writes less than the path would take.</summary>
    public bool IsDeliveryRateApplicationLimited { get; init; }

    /// <summary>Sequence numbers that the peer has reported as received.</summary>
    public long DeliveredBytes { get; init; }

    /// <summary>Of these, in acknowledgements that echoed a mark.</summary>
    public long MarkedDeliveredBytes { get; init; }

    public bool UsesEcn { get; init; }

    /// <summary>A packet has arrived that says its sender's transport understands marks.</summary>
    public bool HasSeenEcn { get; init; }

    /// <summary>Segments that the peer reported as received twice.</summary>
    public long DuplicateSegments { get; init; }

    /// <summary>How often segments were seen to arrive in another order.</summary>
    public int Reorderings { get; init; }

    /// <summary>How far a segment was overtaken at most, in bytes.</summary>
    public int ReorderingExtent { get; init; }

    /// <summary>The peer's window.</summary>
    public long SendWindow { get; init; }

    public long ReceiveWindow { get; init; }

    /// <summary>The receive buffer's present limit.</summary>
    public int ReceiveSpace { get; init; }

    /// <summary>The send buffer's present limit.</summary>
    public int SendSpace { get; init; }

    public long TotalRetransmissions { get; init; }

    public long BytesSent { get; init; }

    public long BytesRetransmitted { get; init; }

    public long BytesAcknowledged { get; init; }

    public long BytesReceived { get; init; }

    public int BytesNotSent { get; init; }

    /// <summary>Of a listener: connections that wait to be accepted, and how many may.</summary>
    public int AcceptQueueLength { get; init; }

    public int Backlog { get; init; }

    /// <summary>How long there has been something to send or to be acknowledged.</summary>
    public long BusyTime { get; init; }

    /// <summary>How much of that the peer's window kept data back.</summary>
    public long ReceiveWindowLimitedTime { get; init; }

    /// <summary>How much of it the send buffer was full of data in flight, and so too small.</summary>
    public long SendBufferLimitedTime { get; init; }

    /// <summary>Retransmission timeouts in the connection's life.</summary>
    public int TotalTimeouts { get; init; }

    /// <summary>How many runs of them an acknowledgement of new data ended.</summary>
    public int TotalTimeoutRecoveries { get; init; }

    /// <summary>How long those runs lasted.</summary>
    public long TotalTimeoutTime { get; init; }

    public long SegmentsIn { get; init; }

    public long SegmentsOut { get; init; }

    public long DataSegmentsIn { get; init; }

    public long DataSegmentsOut { get; init; }

    public int OutOfOrderSegments { get; init; }

    public string CongestionControl { get; init; }
}
