namespace IoPkt.Stack;

/// <summary>
/// Keeps small pieces of data from pinning large clusters, or an mbuf each: without it a peer that sends single bytes would hold a thousand times the memory that its
/// window allows, and a user that writes single bytes would need as many mbufs as bytes for each segment.
/// </summary>
internal static class MbufCompaction
{
    /// <summary>Data that fill less than a quarter of their memory are worth a copy.</summary>
    public const int WorstRatio = 4;

    public static bool IsWasteful(Mbuf mbuf) => mbuf.StorageSize > WorstRatio * mbuf.Length + Mbuf.InternalSize;

    /// <summary>Copies the data of an mbuf that's wasteful, or has no more than its own small store, behind those of <paramref name="tail"/> and frees it, if they fit.</summary>
    public static bool TryMerge(Mbuf tail, Mbuf mbuf)
    {
        if ((mbuf.HasCluster && !IsWasteful(mbuf)) || tail.TrailingSpace < mbuf.Length)
            return false;
        mbuf.Span.CopyTo(tail.TrailingSpan);
        tail.Commit(mbuf.Length);
        mbuf.Free();
        return true;
    }

    /// <summary>
    /// Moves a wasteful mbuf's data to memory of their size: a jumbo frame in a cluster made for 64 KiB becomes a chain of small clusters. The mbuf must be alone. Without memory it
    /// stays as it is.
    /// </summary>
    public static Mbuf Compact(MbufPool pool, Mbuf mbuf)
    {
        if (!IsWasteful(mbuf) || !mbuf.HasCluster || (mbuf.Length > Mbuf.InternalSize && mbuf.StorageSize <= Mbuf.InternalSize + pool.ClusterSize))
            return mbuf;
        Mbuf? first = null, last = null;
        for (int done = 0; done < mbuf.Length;)
        {
            int left = mbuf.Length - done;
            Mbuf? smaller = left <= Mbuf.InternalSize ? pool.Get() : pool.GetCluster();
            if (smaller is null)
            {
                first?.Free();
                return mbuf;
            }
            int count = Math.Min(left, smaller.TrailingSpace);
            mbuf.Span.Slice(done, count).CopyTo(smaller.TrailingSpan);
            smaller.Commit(count);
            done += count;
            if (last is null)
                first = smaller;
            else
                last.Next = smaller;
            last = smaller;
        }
        mbuf.Free();
        return first!;
    }
}
