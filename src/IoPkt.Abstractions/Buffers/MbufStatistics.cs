namespace IoPkt;

/// <summary>One kind of buffer, as <c>netstat -m</c> shows it.</summary>
/// <param name="Name">"mbuf", "cluster" or "large cluster".</param>
/// <param name="Size">Bytes of one.</param>
/// <param name="InUse">Handed out and not yet given back.</param>
/// <param name="Cached">Kept at hand by threads.</param>
/// <param name="Total">Carved from pages so far.</param>
/// <param name="Failures">Requests that found the pool dry.</param>
public sealed record BufferStatistics(string Name, int Size, long InUse, long Cached, long Total, long Failures);

/// <summary>A moment's picture of a pool. With other threads at work it's exact to within the buffers they're moving just then.</summary>
/// <param name="Bytes">Native memory taken from the host.</param>
/// <param name="MaximumBytes">The limit on it.</param>
/// <param name="Kinds">A row for each kind of buffer.</param>
public sealed record MbufStatistics(long Bytes, long MaximumBytes, IReadOnlyList<BufferStatistics> Kinds);
