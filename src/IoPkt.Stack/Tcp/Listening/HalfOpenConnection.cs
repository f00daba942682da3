namespace IoPkt.Stack;

/// <summary>A connection request that was answered and not yet confirmed: SYN-RECEIVED, reached from LISTEN. It's small, because anybody can make us keep one.</summary>
internal sealed class HalfOpenConnection(TcpListener listener, in InetEndpoint local, in InetEndpoint remote) : ConnectionEntry(local, remote)
{
    internal HalfOpenConnection? Previous;
    internal HalfOpenConnection? Next;

    public required SequenceNumber Iss { get; init; }

    public required SequenceNumber Irs { get; init; }

    /// <summary>The options of the SYN.</summary>
    public required TcpOptions PeerOptions { get; set; }

    public required byte RcvScale { get; init; }

    /// <summary>What we have offered, unscaled.</summary>
    public required ushort Window { get; init; }

    /// <summary>The SYN asked for ECN, and we agree.</summary>
    public bool UsesEcn { get; set; }

    /// <summary>A Fast Open cookie goes with the SYN-ACK.</summary>
    public bool HasFastOpenAnswer { get; set; }

    public FastOpenCookie FastOpenAnswer { get; set; }

    public uint TsRecent { get; set; }

    public int Transmissions { get; set; }

    /// <summary>When the SYN-ACK left last.</summary>
    public long SentAt { get; set; }

    /// <summary>When it's sent again, or the request forgotten.</summary>
    public long Deadline { get; set; }

    public long CreatedAt { get; init; }

    /// <summary>The peer has confirmed, but TCP_DEFER_ACCEPT waits for its data.</summary>
    public bool IsConfirmed { get; set; }

    public override void SegmentArrives(ref IncomingSegment segment)
    {
        listener.SegmentArrives(this, ref segment);
        segment.Free();
    }

    public override void ErrorArrives(TransportError error, int mtu, SequenceNumber sequence) => listener.ErrorArrives(this, error, sequence);
}
