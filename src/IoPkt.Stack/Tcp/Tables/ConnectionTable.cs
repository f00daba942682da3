namespace IoPkt.Stack;

/// <summary>
/// Finds the receiver of a segment by both endpoints. The hash is keyed, so nobody outside can choose endpoints that share a bucket; entries link
/// through themselves, so neither a lookup nor a connection allocates.
/// </summary>
internal sealed class ConnectionTable(Random random)
{
    private readonly ulong _key0 = (ulong)random.NextInt64();
    private readonly ulong _key1 = (ulong)random.NextInt64();
    private ConnectionEntry?[] _buckets = new ConnectionEntry?[64];

    public int Count { get; private set; }

    public ConnectionEntry? Find(in InetEndpoint local, in InetEndpoint remote)
    {
        uint hash = Hash(local, remote);
        for (ConnectionEntry? entry = _buckets[hash & (uint)(_buckets.Length - 1)]; entry is not null; entry = entry.NextInBucket)
        {
            if (entry.Hash == hash && entry.Local == local && entry.Remote == remote)
                return entry;
        }
        return null;
    }

    public void Add(ConnectionEntry entry)
    {
        if (Count >= _buckets.Length)
            Grow();
        entry.Hash = Hash(entry.Local, entry.Remote);
        ref ConnectionEntry? bucket = ref _buckets[entry.Hash & (uint)(_buckets.Length - 1)];
        entry.NextInBucket = bucket;
        bucket = entry;
        Count++;
    }

    /// <returns>Whether it was there.</returns>
    public bool Remove(ConnectionEntry entry)
    {
        ref ConnectionEntry? link = ref _buckets[entry.Hash & (uint)(_buckets.Length - 1)];
        while (link is not null && link != entry)
            link = ref link.NextInBucket;
        if (link is null)
            return false;
        link = entry.NextInBucket;
        entry.NextInBucket = null;
        Count--;
        return true;
    }

    private uint Hash(in InetEndpoint local, in InetEndpoint remote) =>
        (uint)SipHash.Compute(_key0, _key1, local.Address, remote.Address, (uint)local.Port << 16 | remote.Port);

    private void Grow()
    {
        ConnectionEntry?[] old = _buckets;
        _buckets = new ConnectionEntry?[2 * old.Length];
        foreach (ConnectionEntry? first in old)
        {
            for (ConnectionEntry? entry = first; entry is not null;)
            {
                ConnectionEntry? next = entry.NextInBucket;
                ref ConnectionEntry? bucket = ref _buckets[entry.Hash & (uint)(_buckets.Length - 1)];
                entry.NextInBucket = bucket;
                bucket = entry;
                entry = next;
            }
        }
    }
}
