namespace IoPkt.Stack;

/// <summary>What a connection tells the link layer of its next hop: RFC 4861, section 7.3.1, and RFC 1122, section 2.3.2.1 (4).</summary>
internal sealed partial class TcpConnection
{
    /// <summary>Much less than a neighbour is believed, and much more than the time between two segments. Microseconds.</summary>
    private const long ConfirmationInterval = 1_000_000;

    /// <summary>What comes twice while new data come, too, was sent again for another reason. Less than any peer's retransmission timeout.</summary>
    private const long Lull = 50_000;

    private long _neighborConfirmedAt;

    /// <summary>When it was last confirmed or suspected.</summary>
    private long _neighborHintAt;

    private long _lastNewDataAt;

    /// <summary>What we sent has arrived: "new acknowledgements for previously sent data have been received".</summary>
    private void ConfirmNeighbor()
    {
        if (Now - _neighborConfirmedAt < ConfirmationInterval)
            return;
        _neighborConfirmedAt = _neighborHintAt = Now;
        _route.ConfirmNextHop(Network.EtherType);
    }

    /// <summary>What we sent has no answer.</summary>
    private void SuspectNeighbor()
    {
        // The next sign of life counts at once.
        _neighborConfirmedAt = 0;
        _neighborHintAt = Now;
        _route.SuspectNextHop(Network.EtherType);
    }

    /// <summary>
    /// For section 7.3.1, new data, too, "indicate that earlier acknowledgments are being delivered"; but a whole window of them can come when none is any more. The echo of a late timestamp proves it.
    /// </summary>
    private void NoteNewData(in IncomingSegment segment)
    {
        _lastNewDataAt = Now;
        if (Now - _neighborConfirmedAt >= ConfirmationInterval && EchoedAt(segment) > _neighborHintAt)
            ConfirmNeighbor();
    }

    /// <summary>The peer sends again what we have acknowledged, and nothing new: it seems not to hear us.</summary>
    private void NoteRepeatedData()
    {
        if (Now - _lastNewDataAt >= Lull)
            SuspectNeighbor();
    }
}
