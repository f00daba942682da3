namespace IoPkt.Stack;

/// <summary>ECN (RFC 3168) of one connection: routers mark packets instead of dropping them, the receiver echoes the mark, the sender slows down and says so.</summary>
internal struct ExplicitCongestionNotification
{
    /// <summary>ECT(0): the transport understands marks.</summary>
    public const byte CapableTransport = 2;

    /// <summary>The ECN field of a traffic class.</summary>
    public const byte FieldMask = 3;

    /// <summary>CE: a router's mark.</summary>
    private const byte CongestionExperienced = 3;

    private SequenceNumber _reducedUntil;
    private bool _hasReduced;

    /// <summary>Both ends have agreed to it.</summary>
    public bool IsUsed { get; set; }

    /// <summary>A packet with data has come that may be marked, or is.</summary>
    public bool HasSeenCapableTransport { get; private set; }

    /// <summary>A mark has arrived, and the peer hasn't said yet that it knows.</summary>
    public bool EchoesMark { get; private set; }

    /// <summary>The window was reduced, and the peer hasn't been told yet.</summary>
    public bool OwesNotice { get; private set; }

    /// <summary>Section 6.1.1: a SYN with both flags asks for it, and a SYN-ACK with ECE alone agrees: one that repeats both flags is an old stack's that copies reserved bits.</summary>
    public static bool IsRequest(TcpFlags flags) => (flags & (TcpFlags.Ece | TcpFlags.Cwr)) == (TcpFlags.Ece | TcpFlags.Cwr);

    public static bool IsConsent(TcpFlags flags) => (flags & (TcpFlags.Ece | TcpFlags.Cwr)) == TcpFlags.Ece;

    /// <summary>Section 6.1.3, the receiver: "continues to set the ECN-Echo flag in a series of ACK packets" until a segment with CWR arrives; one that's marked itself begins anew.</summary>
    /// <param name="flags">Of a segment with data.</param>
    /// <param name="trafficClass">Of its packet.</param>
    /// <returns>Whether it was marked: the sender should know without delay.</returns>
    public bool OnData(TcpFlags flags, byte trafficClass)
    {
        if (!IsUsed)
            return false;
        if ((flags & TcpFlags.Cwr) != 0)
            EchoesMark = false;
        HasSeenCapableTransport |= (trafficClass & FieldMask) != 0;
        if ((trafficClass & FieldMask) != CongestionExperienced)
            return false;
        EchoesMark = true;
        return true;
    }

    public void OnAcknowledged(SequenceNumber una) => _hasReduced &= una < _reducedUntil;

    /// <summary>Section 6.1.2, the sender: an echo counts once a round trip, whatever has reduced the window before.</summary>
    /// <returns>Whether the window is to be reduced.</returns>
    public readonly bool IsNews => IsUsed && !_hasReduced;

    /// <summary>"When an ECN-Capable TCP sender reduces its congestion window for any reason …, the TCP sender sets the CWR flag in the TCP header of the first new data packet".</summary>
    public void OnWindowReduced(SequenceNumber next)
    {
        if (!IsUsed)
            return;
        _reducedUntil = next;
        _hasReduced = true;
        OwesNotice = true;
    }

    /// <summary>Flags of an outgoing segment.</summary>
    public readonly TcpFlags Echo => EchoesMark ? TcpFlags.Ece : TcpFlags.None;

    /// <summary>A segment of new data leaves, with this flag if there's something to tell.</summary>
    public TcpFlags TakeNotice()
    {
        bool owes = OwesNotice;
        OwesNotice = false;
        return owes ? TcpFlags.Cwr : TcpFlags.None;
    }
}
