namespace IoPkt.Stack;

/// <summary>
/// What is known of a stretch of sequence space that was sent and isn't yet acknowledged: an element of the retransmission queue. One stands for all
/// that left in one piece, up to 64 KiB, until acknowledgements or losses tell its parts apart. Pooled by the stack.
/// </summary>
internal sealed class SentSegment
{
    public SequenceNumber Start;

    /// <summary>The sequence number after the last; a FIN counts.</summary>
    public SequenceNumber End;

    /// <summary>How many packets of the wire it is.</summary>
    public int Packets;

    /// <summary>Data bytes of the largest of them.</summary>
    public int PacketSize;

    /// <summary>It's one packet larger than the path is known to take: its loss says nothing of congestion.</summary>
    public bool IsSizeProbe;

    /// <summary>When it left last, in microseconds.</summary>
    public long SentAt;

    /// <summary>It has been sent more than once, so an acknowledgement doesn't tell which one it answers (Karn).</summary>
    public bool IsRetransmitted;

    /// <summary>The peer has reported it by a SACK block.</summary>
    public bool IsSacked;

    /// <summary>It's taken to be lost, and not yet sent again.</summary>
    public bool IsLost;

    /// <summary>It was taken to be lost before it was sent again.</summary>
    public bool WasLost;

    /// <summary>What the connection had delivered when it left.</summary>
    public DeliverySnapshot Snapshot;

    /// <summary>Neighbours in sequence.</summary>
    public SentSegment? Previous;
    public SentSegment? Next;

    /// <summary>Neighbours in a <see cref="SegmentList"/>: of those in flight, or of those lost.</summary>
    public SentSegment? ListPrevious;
    public SentSegment? ListNext;

    public int Length => End - Start;
}
