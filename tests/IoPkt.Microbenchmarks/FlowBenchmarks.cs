using BenchmarkDotNet.Attributes;
using IoPkt.Stack;

namespace IoPkt.Microbenchmarks;

/// <summary>Finding a segment's connection among so many.</summary>
public class FlowBenchmarks
{
    private readonly InetEndpoint _local = new(InetAddress.FromIpv4(0x0a090002), 80);
    private ConnectionTable _table = null!;
    private uint _next;

    [Params(1, 10_000)]
    public int Connections { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _table = new ConnectionTable(new Random(1));
        for (int i = 0; i < Connections; i++)
            _table.Add(new Entry(_local, Remote((uint)i)));
    }

    [Benchmark]
    public bool Find() => _table.Find(_local, Remote(_next++ % (uint)Connections)) is not null;

    private static InetEndpoint Remote(uint number) => new(InetAddress.FromIpv4(0x0a090100 + number / 1000), (ushort)(1024 + number % 1000));

    private sealed class Entry(in InetEndpoint local, in InetEndpoint remote) : ConnectionEntry(local, remote)
    {
        public override void SegmentArrives(ref IncomingSegment segment) => segment.Free();

        public override void ErrorArrives(TransportError error, int mtu, SequenceNumber sequence)
        {
        }
    }
}
