using BenchmarkDotNet.Attributes;

namespace IoPkt.Microbenchmarks;

/// <summary>Packet memory: what each packet takes and gives back.</summary>
public class BufferBenchmarks : IDisposable
{
    private readonly MbufPool _pool = new();
    private Mbuf _data = null!;

    [GlobalSetup]
    public void SetUp()
    {
        _data = _pool.GetLargeCluster()!;
        _data.Commit(65536);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _pool.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark]
    public void Mbuf() => _pool.Get()!.Free();

    [Benchmark]
    public void Cluster() => _pool.GetCluster()!.Free();

    [Benchmark]
    public void LargeCluster() => _pool.GetLargeCluster()!.Free();

    /// <summary>A segment's share of a send buffer.</summary>
    [Benchmark]
    public void Share() => _data.CopyRange(1460, 1460)!.Free();
}
