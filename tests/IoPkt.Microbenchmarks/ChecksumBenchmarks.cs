using BenchmarkDotNet.Attributes;
using IoPkt.Stack;

namespace IoPkt.Microbenchmarks;

/// <summary>RFC 1071's sum over a header, a frame and a merged segment.</summary>
public class ChecksumBenchmarks
{
    private byte[] _data = [];

    [Params(20, 1460, 65536)]
    public int Length { get; set; }

    [GlobalSetup]
    public void SetUp() => new Random(1).NextBytes(_data = new byte[Length]);

    [Benchmark]
    public ulong Sum() => InternetChecksum.Sum(_data);
}
