using BenchmarkDotNet.Attributes;
using IoPkt.Stack;

namespace IoPkt.Microbenchmarks;

/// <summary>What is read of each packet.</summary>
public class HeaderBenchmarks
{
    // An acknowledgement with timestamps from 10.9.0.1 port 40000 to 10.9.0.2 port 5001.
    private readonly byte[] _packet = Convert.FromHexString(
        "4500003400004000400626b50a0900010a090002" + "9c401389000003e8000007d08010ffff00000000" + "0101080a0000006400000065");

    [Benchmark]
    public int Ipv4()
    {
        Ipv4Header header = new(_packet);
        return header.IsChecksumCorrect ? header.TotalLength + (int)header.Destination.Ipv4 : 0;
    }

    [Benchmark]
    public uint TcpOptionsRead()
    {
        TcpHeader header = new(_packet.AsSpan(20));
        return TcpOptions.TryRead(header.Options, out TcpOptions options) ? options.TimestampValue : 0;
    }
}
