namespace IoPkt.Stack;

/// <summary>What a connection had delivered at some moment: kept with each segment that leaves.</summary>
internal struct DeliverySnapshot
{
    /// <summary>P.delivered</summary>
    public long Delivered;

    /// <summary>P.delivered_time</summary>
    public long DeliveredAt;

    /// <summary>P.first_send_time</summary>
    public long FirstSentAt;

    /// <summary>P.lost</summary>
    public long Lost;

    /// <summary>P.tx_in_flight: bytes, the segment's own included.</summary>
    public int InFlight;

    /// <summary>P.is_app_limited</summary>
    public bool IsApplicationLimited;
}

/// <summary>How fast the path delivered, as one acknowledgement tells.</summary>
internal readonly record struct DeliveryRateSample
{
    /// <summary>Bytes a second; 0: no reliable sample.</summary>
    public long Rate { get; init; }

    /// <summary>RS.delivered: bytes delivered since the segment it's about left.</summary>
    public long Delivered { get; init; }

    /// <summary>RS.prior_delivered: what had been delivered when it left.</summary>
    public long PriorDelivered { get; init; }

    /// <summary>RS.tx_in_flight: bytes in flight when it had left.</summary>
    public int InFlightAtSend { get; init; }

    /// <summary>RS.lost: bytes lost since then.</summary>
    public long Lost { get; init; }

    /// <summary>The user had no more to send then, so the rate says how fast it writes.</summary>
    public bool IsApplicationLimited { get; init; }

    /// <summary>Anything was delivered.</summary>
    public bool Exists { get; init; }
}

/// <summary>
/// Delivery rate estimation (draft-cheng-iccrg-delivery-rate-estimation; draft-ietf-ccwg-bbr, section 4.1): each segment remembers what had been delivered when it left, and its
/// acknowledgement, a round trip later, tells how much more was delivered meanwhile. Times are microseconds.
/// </summary>
internal sealed class DeliveryRateEstimator
{
    /// <summary>C.delivered_time</summary>
    private long _deliveredAt;

    /// <summary>C.first_send_time</summary>
    private long _firstSentAt;

    /// <summary>C.app_limited: until so much is delivered, samples tell of the user and not of the path; 0: they don't.</summary>
    private long _applicationLimitedUntil;

    /// <summary>C.delivered: bytes, over the connection's life.</summary>
    public long Delivered { get; private set; }

    /// <summary>C.lost: the same of those taken to be lost.</summary>
    public long Lost { get; set; }

    /// <summary>The latest sample, in bytes a second, for TCP_INFO.</summary>
    public long Latest { get; private set; }

    public bool IsApplicationLimited => _applicationLimitedUntil != 0;

    /// <summary>A segment leaves.</summary>
    /// <param name="segment">Its <see cref="SentSegment.Snapshot"/> is filled.</param>
    /// <param name="inFlight">Bytes in flight before it.</param>
    /// <param name="now">Microseconds.</param>
    public void OnSent(SentSegment segment, int inFlight, long now)
    {
        // "If there is no data in flight yet, then we can start the delivery rate interval at the current time".
        if (inFlight <= 0)
            _firstSentAt = _deliveredAt = now;
        segment.Snapshot = new DeliverySnapshot
        {
            Delivered = Delivered,
            DeliveredAt = _deliveredAt,
            FirstSentAt = _firstSentAt,
            Lost = Lost,
            InFlight = inFlight + segment.Length,
            IsApplicationLimited = IsApplicationLimited,
        };
    }

    /// <summary>GenerateRateSample()</summary>
    /// <param name="summary">What an acknowledgement reported.</param>
    /// <param name="now">Microseconds.</param>
    /// <param name="minimumRoundTrip">C.min_rtt</param>
    public DeliveryRateSample OnAcknowledgment(in DeliverySummary summary, long now, long minimumRoundTrip)
    {
        if (summary.Delivered == 0)
            return default;
        Delivered += summary.Delivered;
        _deliveredAt = now;
        if (Delivered > _applicationLimitedUntil)
            _applicationLimitedUntil = 0;
        long sentAt = Math.Max(summary.Original.SentAt, summary.Retransmission.SentAt);
        DeliverySnapshot snapshot = summary.Snapshot;
        _firstSentAt = sentAt;
        // "Use the longer of the send_elapsed and ack_elapsed": acknowledgements that come in a bunch don't make the path faster than we fed it.
        long interval = Math.Max(sentAt - snapshot.FirstSentAt, now - snapshot.DeliveredAt);
        long delivered = Delivered - snapshot.Delivered;
        bool isReliable = interval > 0 && interval >= minimumRoundTrip;
        long rate = isReliable ? (long)(delivered * 1e6 / interval) : 0;
        if (rate > 0 && (rate > Latest || !snapshot.IsApplicationLimited))
            Latest = rate;
        return new DeliveryRateSample
        {
            Rate = rate,
            Delivered = delivered,
            PriorDelivered = snapshot.Delivered,
            InFlightAtSend = snapshot.InFlight,
            Lost = Lost - snapshot.Lost,
            IsApplicationLimited = snapshot.IsApplicationLimited,
            Exists = true,
        };
    }

    /// <summary>MarkConnectionAppLimited()</summary>
    public void MarkApplicationLimited(int inFlight) => _applicationLimitedUntil = Math.Max(Delivered + inFlight, 1);
}
