namespace IoPkt.Stack;

/// <summary>Something that receives the segments of one pair of endpoints: a connection, one that's half open, or what is left of one in TIME-WAIT.</summary>
internal abstract class ConnectionEntry(InetEndpoint local, InetEndpoint remote)
{
    public InetEndpoint Local { get; } = local;

    public InetEndpoint Remote { get; } = remote;

    /// <summary>The table's.</summary>
    internal uint Hash;
    internal ConnectionEntry? NextInBucket;

    /// <summary>RFC 9293, section 3.10.7. The entry frees the segment, or keeps its data.</summary>
    public abstract void SegmentArrives(ref IncomingSegment segment);

    /// <summary>An ICMP message about a segment of ours.</summary>
    /// <param name="error">What happened.</param>
    /// <param name="mtu">With <see cref="TransportError.MessageTooBig"/>.</param>
    /// <param name="sequence">The quoted segment's sequence number.</param>
    public abstract void ErrorArrives(TransportError error, int mtu, SequenceNumber sequence);
}
