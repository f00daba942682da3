namespace IoPkt.Stack;

/// <summary>What one acknowledgement said, for a congestion control.</summary>
internal readonly record struct AcknowledgmentSample
{
    /// <summary>Microseconds.</summary>
    public required long Now { get; init; }

    /// <summary>Bytes that it reported as received for the first time, selectively or cumulatively.</summary>
    public required int Delivered { get; init; }

    /// <summary>Bytes in flight after it, and after what it showed to be lost.</summary>
    public int InFlight { get; init; }

    /// <summary>The sample that it gave, in microseconds; 0: none.</summary>
    public long RoundTrip { get; init; }

    /// <summary>SRTT, in microseconds; 0: not known yet.</summary>
    public long SmoothedRoundTrip { get; init; }

    /// <summary>The window, and not the user or the peer, limited what was in flight.</summary>
    public bool IsWindowLimited { get; init; }

    /// <summary>How fast the path delivered.</summary>
    public DeliveryRateSample Rate { get; init; }

    /// <summary>The peer tells of more than one loss in a round trip.</summary>
    public bool UsesSack { get; init; }

    /// <summary>SND.UNA, after it.</summary>
    public SequenceNumber Acknowledged { get; init; }

    /// <summary>SND.NXT: what is sent from now on is acknowledged a round trip later.</summary>
    public SequenceNumber Next { get; init; }
}
