namespace IoPkt.Stack;

/// <summary>The unused <see cref="SentSegment"/>s of a stack.</summary>
internal sealed class SentSegmentPool
{
    private SentSegment? _free;

    public SentSegment Get()
    {
        SentSegment segment = _free ?? new SentSegment();
        _free = segment.Next;
        segment.Next = segment.Previous = null;
        segment.IsSizeProbe = segment.IsRetransmitted = segment.IsSacked = segment.IsLost = segment.WasLost = false;
        return segment;
    }

    public void Give(SentSegment segment)
    {
        segment.Next = _free;
        _free = segment;
    }
}
