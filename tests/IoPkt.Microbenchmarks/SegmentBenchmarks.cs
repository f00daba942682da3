using BenchmarkDotNet.Attributes;
using IoPkt.Stack;

namespace IoPkt.Microbenchmarks;

/// <summary>TCP's output of data, the peer's input of them, its acknowledgement and that one's input: two stacks, no device.</summary>
public class SegmentBenchmarks : IDisposable
{
    private readonly MbufPool _pool = new();
    private WiredHost _client = null!;
    private WiredHost _server = null!;
    private TcpSocket _sender = null!;
    private TcpSocket _receiver = null!;
    private Mbuf _page = null!;

    /// <summary>One segment, and 44 in one packet.</summary>
    [Params(1448, 44 * 1448)]
    public int Bytes { get; set; }

    /// <summary>Without: checksums are summed and verified, and segments cut, in software.</summary>
    [Params(true, false)]
    public bool Offloads { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _client = new WiredHost(_pool, 0, Offloads);
        _server = new WiredHost(_pool, 1, Offloads);
        TcpSocket listener = _server.Stack.Tcp.CreateSocket(AddressFamily.Inet);
        Check(listener.Bind(new InetEndpoint(_server.Address, 80)));
        Check(listener.Listen(1));
        _sender = _client.Stack.Tcp.CreateSocket(AddressFamily.Inet);
        _client.Stack.Begin();
        _ = _sender.Connect(new InetEndpoint(_server.Address, 80));
        _client.Stack.End();
        Exchange();
        _receiver = listener.Accept() ?? throw new InvalidOperationException("no connection");
        _page = _pool.GetLargeCluster()!;
        _page.Commit(Bytes);
        // Slow start, past which a whole packet fits the window.
        for (int i = 0; i < 100; i++)
            Segment();
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _pool.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark]
    public void Segment()
    {
        _client.Stack.Begin();
        Check(_sender.Send(_page.CopyRange(0, Bytes)!));
        _client.Stack.End();
        Exchange();
    }

    private void Exchange()
    {
        bool more = true;
        while (more)
        {
            more = _server.Take(_client);
            if (_receiver is { ReceiveAvailable: > 0 and int available })
            {
                _server.Stack.Begin();
                _receiver.Consume(available);
                _server.Stack.End();
            }
            more |= _client.Take(_server);
        }
    }

    private static void Check(Errno error)
    {
        if (error != Errno.None)
            throw new InvalidOperationException($"{error}");
    }
}
