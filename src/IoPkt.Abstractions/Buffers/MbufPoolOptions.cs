namespace IoPkt;

/// <summary>Sizes of a packet pool: the memory options of <c>-p tcpip</c>.</summary>
public sealed record MbufPoolOptions
{
    /// <summary><c>pagesize</c>: bytes taken from the host each time a kind of buffer runs out; a power of two, at least the system's page.</summary>
    public int PageSize { get; init; } = 64 * 1024;

    /// <summary><c>bigpage_strict</c>: large clusters, too, come from pages of <see cref="PageSize"/>; else one is taken at a time.</summary>
    public bool BigPagesForAllPools { get; init; }

    /// <summary><c>mclbytes</c>: bytes of a cluster; a power of two.</summary>
    public int ClusterSize { get; init; } = 2048;

    /// <summary>Bytes of a large cluster, for merged segments and bulk sends: one whole GSO packet and its headers.</summary>
    public int LargeClusterSize { get; init; } = 68 * 1024;

    /// <summary><c>mbuf_cache</c>: mbufs that each thread keeps at hand.</summary>
    public int MbufCache { get; init; } = 128;

    /// <summary><c>pkt_cache</c>: mbufs with a cluster that each thread keeps at hand.</summary>
    public int PacketCache { get; init; } = 64;

    /// <summary>The most native memory, in bytes, that the pool takes; past it allocation fails and is counted.</summary>
    public long MaximumBytes { get; init; } = 512L * 1024 * 1024;
}
