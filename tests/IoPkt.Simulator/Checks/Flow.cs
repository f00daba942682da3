namespace IoPkt.Simulator;

/// <summary>What one end has sent on one connection, and what of it has reached the other end.</summary>
internal sealed class Flow
{
    public required int From { get; init; }

    private int _incarnations;

    /// <summary>What the peer sends.</summary>
    public Flow Opposite { get; set; } = null!;

    /// <summary>The ports may be used again, and each connection has its number.</summary>
    public int Incarnation { get; private set; }

    /// <summary>A SYN was seen.</summary>
    public bool IsOpen { get; private set; }

    public SequenceNumber InitialSequence { get; private set; }

    /// <summary>After the last sequence number sent.</summary>
    public SequenceNumber End { get; set; }

    public ushort MaximumSegment { get; private set; }

    public bool OffersScale { get; private set; }

    public byte Scale { get; private set; }

    /// <summary>What the SYN offers, in bytes.</summary>
    public int SynWindow { get; private set; }

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

    /// <summary>The greatest acknowledgement that has reached the peer, and when it did first, in a segment that the peer may have dropped.</summary>
    public SequenceNumber Heard { get; private set; }

    public long HeardAt { get; private set; }

    public SequenceNumber DeliveredEdge { get; set; }

    public uint DeliveredTimestamp { get; set; }

    /// <summary>The greatest that has reached the peer.</summary>
    public uint NewestTimestamp { get; set; }

    /// <summary>When a SACK block of this end has reached the peer last.</summary>
    public long ReportDeliveredAt { get; set; } = -1;

    /// <summary>What this end has reported by SACK, and the peer knows, beyond what's acknowledged.</summary>
    public SackedRanges Reported { get; } = new();

    /// <summary>Bytes of data that were sent for the first time since this was last cleared.</summary>
    public int NewBytes { get; set; }

    /// <summary>SYNs, with or without an acknowledgement, that this end has sent.</summary>
    public int Syns { get; private set; }

    /// <summary>Segments that want an answer, sent since the last acknowledgement of something new has reached this end.</summary>
    public int Unanswered { get; private set; }

    /// <summary>Since when something waits for its acknowledgement, and none of anything new has come; <see cref="long.MaxValue"/>: nothing does.</summary>
    public long UnansweredSince { get; private set; } = long.MaxValue;

    /// <summary>The most that <see cref="Unanswered"/> has been.</summary>
    public int MostUnanswered { get; private set; }

    /// <summary>When a segment of this end has reached the peer last.</summary>
    public long DeliveredAt { get; set; }

    /// <summary>The SYN has reached the peer. Data may get there before it (RFC 7413), and are dropped.</summary>
    public bool IsSynDelivered { get; set; }

    public int ScaleInUse => OffersScale && Opposite.OffersScale ? Scale : 0;

    /// <summary>A SYN that isn't a repetition.</summary>
    public void Open(in TcpHeader syn, in TcpOptions options) => Open(syn, options, ++_incarnations);

    /// <summary>The same, or a return to one that was thought to be over.</summary>
    public void Open(in TcpHeader syn, in TcpOptions options, int incarnation)
    {
        Incarnation = incarnation;
        IsOpen = true;
        InitialSequence = End = DeliveredEnd = syn.Sequence;
        SynWindow = syn.Window;
        NewestTimestamp = options.TimestampValue;
        MaximumSegment = options.MaximumSegmentSize;
        OffersScale = options.HasWindowScale;
        Scale = options.WindowScale;
        IsSynDelivered = HasTimestamps = HasAcknowledged = HasDelivered = false;
        NewBytes = Syns = Unanswered = MostUnanswered = 0;
        UnansweredSince = long.MaxValue;
        Reported.Clear();
    }

    public void NoteSent(long now, bool isSyn)
    {
        if (isSyn)
            Syns++;
        if (Unanswered++ == 0 && UnansweredSince == long.MaxValue)
            UnansweredSince = now;
        MostUnanswered = Math.Max(MostUnanswered, Unanswered);
    }

    public void NoteHeard(long now, SequenceNumber acknowledgment)
    {
        if (HasDelivered && acknowledgment <= Heard)
            return;
        Heard = acknowledgment;
        HeardAt = now;
    }

    public void NoteAnswered(long now, SequenceNumber acknowledgment)
    {
        Unanswered = 0;
        UnansweredSince = acknowledgment < End ? now : long.MaxValue;
    }

    /// <summary>The peer begins anew: what this end said before no longer counts.</summary>
    public void Close()
    {
        Incarnation = ++_incarnations;
        IsOpen = IsSynDelivered = false;
    }
}
