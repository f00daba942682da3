namespace IoPkt.Simulator;

/// <summary>What one end has sent on one connection, and what of it has reached the other end.</summary>
internal sealed class Flow
{
    public required int From { get; init; }

    /// <summary>What the peer sends.</summary>
    public Flow Opposite { get; set; } = null!;

    /// <summary>The ports may be used again: counts the connections.</summary>
    public int Incarnation { get; private set; }

    /// <summary>A SYN was seen.</summary>
    public bool IsOpen { get; private set; }

    public SequenceNumber InitialSequence { get; private set; }

    /// <summary>After the last sequence number sent.</summary>
    public SequenceNumber End { get; set; }

    public ushort MaximumSegment { get; private set; }

    public bool OffersScale { get; private set; }

    public byte Scale { get; private set; }

    public bool HasTimestamps { get; set; }

    public uint LastTimestamp { get; set; }

    /// <summary>The last acknowledgement, and the window's right edge, that this end has sent.</summary>
    public bool HasAcknowledged { get; set; }

    public SequenceNumber Acknowledged { get; set; }

    public SequenceNumber Edge { get; set; }

    /// <summary>The sequence numbers before it have reached the peer.</summary>
    public SequenceNumber DeliveredEnd { get; set; }

    /// <summary>The greatest acknowledgement and right edge of this end that have reached the peer.</summary>
    public bool HasDelivered { get; set; }

    public SequenceNumber DeliveredAcknowledgment { get; set; }

    /// <summary>When the last of them came, and what was known before that moment.</summary>
    public long AcknowledgmentDeliveredAt { get; set; } = -1;

    public SequenceNumber EarlierAcknowledgment { get; set; }

    public SequenceNumber DeliveredEdge { get; set; }

    public uint DeliveredTimestamp { get; set; }

    /// <summary>Data were sent for the first time since this was last cleared.</summary>
    public bool HasSentNew { get; set; }

    public int ScaleInUse => OffersScale && Opposite.OffersScale ? Scale : 0;

    /// <summary>A SYN that isn't a repetition.</summary>
    public void Open(SequenceNumber sequence, in TcpOptions options)
    {
        Incarnation++;
        IsOpen = true;
        InitialSequence = sequence;
        End = DeliveredEnd = sequence;
        MaximumSegment = options.MaximumSegmentSize;
        OffersScale = options.HasWindowScale;
        Scale = options.WindowScale;
        HasTimestamps = HasAcknowledged = HasDelivered = HasSentNew = false;
    }

    /// <summary>The peer begins anew: what this end said before no longer counts.</summary>
    public void Close()
    {
        Incarnation++;
        IsOpen = false;
    }
}
