namespace IoPkt.Stack;

/// <summary>A connection's part in saving memory.</summary>
internal sealed partial class TcpConnection
{
    /// <summary>Segments that may be on their way, or wait, in each direction, however little memory there is: what keeps a connection going.</summary>
    private const int SegmentsUnderPressure = 4;

    /// <summary>The same in bytes, where segments are huge.</summary>
    private const int BytesUnderPressure = 16384;

    private bool _memoryHasChanged;

    private PoolPressure Pressure => _tcp.Memory.Level;

    private int LeastSpace => Math.Min(SegmentsUnderPressure * Math.Max(SegmentDataSize, Settings.DefaultMaximumSegment), BytesUnderPressure);

    /// <summary>
    /// Whether data that have arrived, and the window allowed, are to be dropped: the peer will send them again. Those that the user waits for, having read the others, never are: else everything would
    /// stand still once the memory is spent on what can't be read yet.
    /// </summary>
    private bool MustRefuse(in IncomingSegment segment)
    {
        bool mustRefuse = segment.Sequence == _rcvNxt
            ? Pressure >= PoolPressure.Critical && ReceiveBuffer.Length >= (Pressure == PoolPressure.Dry ? 1 : LeastSpace)
            : Pressure >= PoolPressure.Critical || (Pressure == PoolPressure.Low && _reassembly.StorageSize >= LeastSpace);
        if (mustRefuse)
            Counters.ReceivedNoMemory.Add(segment.Count);
        return mustRefuse;
    }

    /// <summary>The pool's state is worse than it was, or better.</summary>
    public void MemoryChanged(PoolPressure level)
    {
        // RFC 2018, section 8: the receiver may discard what it has reported by SACK; the sender keeps it until it's acknowledged.
        if (level >= PoolPressure.Critical && !_reassembly.IsEmpty)
        {
            Counters.ReassemblyPruned.Increment();
            _reassembly.Clear();
        }
        // Who finds no room in a buffer that it didn't fill is to be told, too.
        _isShortOfSpace = true;
        _memoryHasChanged = true;
        if (IsSynchronized)
            SetPending();
    }

    /// <summary>The user may write again, and the peer send, as much as there's memory for now.</summary>
    private void FollowMemory()
    {
        if (!_memoryHasChanged)
            return;
        _memoryHasChanged = false;
        Consumed(0);
    }
}
