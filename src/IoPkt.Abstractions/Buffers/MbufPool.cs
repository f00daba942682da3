namespace IoPkt;

/// <summary>
/// The packet memory of one stack. Pages of native memory are carved into mbufs and clusters, which are reused and never go back to the host before
/// the pool does. Each thread keeps some at hand, so that the common path takes no lock. Any thread may call any method.
/// </summary>
public sealed unsafe class MbufPool : IDisposable
{
    private readonly MbufPoolOptions _options;
    private readonly PageSource _pages;
    private readonly FreeList<Mbuf> _mbufs;
    private readonly FreeList<Cluster> _clusters;
    private readonly FreeList<Cluster> _largeClusters;
    private readonly ThreadLocal<ThreadCache> _caches;

    public MbufPool(MbufPoolOptions? options = null)
    {
        _options = options ?? new MbufPoolOptions();
        _pages = new PageSource(_options.MaximumBytes);
        // A burst of large buffers leaves memory for small ones: without an mbuf, no acknowledgement would leave that frees the large.
        _mbufs = new FreeList<Mbuf>("mbuf", Mbuf.InternalSize, _pages, _options.PageSize, 0, memory => new Mbuf(this, (byte*)memory));
        _clusters = new FreeList<Cluster>("cluster", _options.ClusterSize, _pages, _options.PageSize, _options.MaximumBytes / 8, memory => new Cluster(this, (byte*)memory, _options.ClusterSize));
        _largeClusters = new FreeList<Cluster>("large cluster", _options.LargeClusterSize, _pages,
            _options.BigPagesForAllPools ? _options.PageSize : Environment.SystemPageSize,
            _options.MaximumBytes / 4,
            memory => new Cluster(this, (byte*)memory, _options.LargeClusterSize));
        _caches = new ThreadLocal<ThreadCache>(() => new ThreadCache(_options), trackAllValues: true);
    }

    public MbufPoolOptions Options => _options;

    /// <summary>Whether the pool is about to run dry. It's cheap to ask while there are pages left.</summary>
    public PoolPressure Pressure
    {
        get
        {
            long left = _pages.MaximumBytes - _pages.Bytes;
            if (left >= _pages.MaximumBytes / 4)
                return PoolPressure.None;
            PoolPressure small = _mbufs.GetPressure(left), middle = _clusters.GetPressure(left), large = _largeClusters.GetPressure(left);
            // Nothing needs a large one: there are always clusters to do it with.
            large = (PoolPressure)Math.Min((int)large, (int)PoolPressure.Critical);
            return (PoolPressure)Math.Max((int)small, Math.Max((int)middle, (int)large));
        }
    }

    public int ClusterSize => _options.ClusterSize;

    public int LargeClusterSize => _options.LargeClusterSize;

    /// <summary>An mbuf with its own small store, empty.</summary>
    /// <returns><c>null</c> if the pool is dry; it's counted.</returns>
    public Mbuf? Get()
    {
        ThreadCache cache = _caches.Value!;
        return cache.TryTakeMbuf(out Mbuf? mbuf) ? mbuf : _mbufs.Take();
    }

    /// <summary>A new packet that other layers will put headers in front of: an mbuf with <see cref="Mbuf.HeaderRoom"/> free before its (no) data.</summary>
    public Mbuf? GetHeader()
    {
        Mbuf? mbuf = Get();
        mbuf?.Reserve(Mbuf.HeaderRoom);
        return mbuf;
    }

    /// <summary>An mbuf with a cluster of <see cref="ClusterSize"/> bytes, empty.</summary>
    public Mbuf? GetCluster()
    {
        ThreadCache cache = _caches.Value!;
        return cache.TryTakePacket(out Mbuf? packet) ? packet : Attach(Get(), _clusters);
    }

    /// <summary>An mbuf with a cluster of <see cref="LargeClusterSize"/> bytes, empty.</summary>
    public Mbuf? GetLargeCluster() => Attach(Get(), _largeClusters);

    /// <summary>An mbuf with the smallest cluster that holds <paramref name="size"/> bytes; <c>null</c>: the pool is dry, or none is that large.</summary>
    public Mbuf? GetClusterFor(int size) => size <= ClusterSize ? GetCluster() : size <= LargeClusterSize ? GetLargeCluster() : null;

    /// <summary>Empty mbufs, chained, whose free space together is at least <paramref name="size"/> bytes.</summary>
    public Mbuf? GetChain(int size)
    {
        Mbuf? first = null, last = null;
        for (int space = 0; first is null || space < size;)
        {
            int wanted = size - space;
            Mbuf? m = wanted > 4 * ClusterSize ? GetLargeCluster() : null;
            // Each kind keeps the pages that it once had, so one may be dry for good while another isn't.
            if (m is null && wanted > Mbuf.InternalSize)
                m = GetCluster();
            m ??= Get();
            if (m is null)
            {
                first?.Free();
                return null;
            }
            space += m.TrailingSpace;
            if (last is null)
                first = m;
            else
                last.Next = m;
            last = m;
        }
        return first;
    }

    /// <summary>A packet that holds a copy of <paramref name="data"/>, with room for headers in front.</summary>
    public Mbuf? GetCopy(ReadOnlySpan<byte> data)
    {
        Mbuf? packet = GetHeader();
        if (packet is null)
            return null;
        if (packet.Append(data))
            return packet;
        packet.Free();
        return null;
    }

    public void Free(Mbuf chain)
    {
        ThreadCache cache = _caches.Value!;
        for (Mbuf? m = chain; m is not null;)
        {
            Mbuf? next = m.Next;
            FreeOne(cache, m);
            m = next;
        }
    }

    public MbufStatistics GetStatistics()
    {
        long cachedMbufs = 0, cachedPackets = 0;
        foreach (ThreadCache cache in _caches.Values)
        {
            cachedMbufs += cache.MbufCount;
            cachedPackets += cache.PacketCount;
        }
        return new MbufStatistics(_pages.Bytes, _pages.MaximumBytes,
            [_mbufs.GetStatistics(cachedMbufs + cachedPackets), _clusters.GetStatistics(cachedPackets), _largeClusters.GetStatistics(0)]);
    }

    /// <summary>Returns the memory to the host. Nothing of the pool may be in use any more.</summary>
    public void Dispose()
    {
        _caches.Dispose();
        _pages.Dispose();
    }

    internal void Return(Cluster cluster) => (cluster.Size == ClusterSize ? _clusters : _largeClusters).Give(cluster);

    private static Mbuf? Attach(Mbuf? mbuf, FreeList<Cluster> clusters)
    {
        if (mbuf is null)
            return null;
        Cluster? cluster = clusters.Take();
        if (cluster is null)
        {
            mbuf.Free();
            return null;
        }
        cluster.Activate();
        mbuf.Attach(cluster);
        return mbuf;
    }

    private void FreeOne(ThreadCache cache, Mbuf mbuf)
    {
        if (mbuf.Cluster is { } cluster)
        {
            if (!cluster.Release())
            {
                mbuf.Reset();
            }
            else if (cluster.Size == ClusterSize && cache.PacketHasRoom)
            {
                // The pair stays together: the next receive or send wants exactly that.
                mbuf.Reset();
                cluster.Activate();
                mbuf.Attach(cluster);
                cache.GivePacket(mbuf);
                return;
            }
            else
            {
                mbuf.Reset();
                cluster.ReturnToPool();
            }
        }
        else
        {
            mbuf.Reset();
        }
        if (!cache.TryGiveMbuf(mbuf))
            _mbufs.Give(mbuf);
    }
}
