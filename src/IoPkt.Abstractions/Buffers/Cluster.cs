namespace IoPkt;

/// <summary>
/// A block of native memory that several mbufs may refer to at once: the data of a send buffer is also the data of each segment that carries it.
/// References are counted across threads, because a segment is freed by the thread that transmits it.
/// </summary>
internal sealed unsafe class Cluster(MbufPool pool, byte* memory, int size)
{
    private int _references;

    public byte* Memory => memory;

    public int Size => size;

    /// <summary>Nobody else refers to this memory, so its owner may write to any part of it.</summary>
    public bool IsExclusive => Volatile.Read(ref _references) == 1;

    /// <summary>Called by the pool as it hands the cluster out.</summary>
    public void Activate() => _references = 1;

    public void AddReference() => Interlocked.Increment(ref _references);

    /// <returns>Whether that was the last reference: the caller then gives the cluster back.</returns>
    public bool Release() => _references == 1 || Interlocked.Decrement(ref _references) == 0;

    public void ReturnToPool() => pool.Return(this);
}
