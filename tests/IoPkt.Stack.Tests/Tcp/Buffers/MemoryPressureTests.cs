using IoPkt.Stack.Tests.Tcp.Harness;
using Xunit;

namespace IoPkt.Stack.Tests.Tcp.Buffers;

/// <summary>A packet pool that is nearly used up: what TCP gives up, what it never does, and that all is as before when there's memory again.</summary>
public sealed class MemoryPressureTests : IDisposable
{
    private const ushort Size = 1000;

    private readonly MbufPool _pool = new(new MbufPoolOptions { MaximumBytes = 2 * 1024 * 1024, PageSize = 4096, MbufCache = 0, PacketCache = 0 });
    private readonly List<Mbuf> _held = [];
    private readonly TcpBench _bench;

    public MemoryPressureTests() => _bench = new TcpBench(pool: _pool);

    public void Dispose()
    {
        _bench.Dispose();
        _pool.Dispose();
    }

    [Fact]
    public void The_pool_says_how_much_is_left()
    {
        Assert.Equal(PoolPressure.None, _pool.Pressure);
        Hold(PoolPressure.Low);
        Assert.Equal(PoolPressure.Low, _pool.Pressure);
        Hold(PoolPressure.Critical);
        Assert.Equal(PoolPressure.Critical, _pool.Pressure);
        Release();
        Assert.Equal(PoolPressure.None, _pool.Pressure);
    }

    [Fact]
    public void Windows_stop_growing_and_grow_again_when_there_is_memory()
    {
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(_bench, configure: static s => s.Options.ReceiveBuffer = 32768);
        uint next = Fill(peer, 1, 32768);
        Hold(PoolPressure.Low, more: 60);
        _bench.Read(socket);
        int window = LastWindow();
        Assert.InRange(window, 2 * Size, 16384);
        for (int i = 0; i < 100; i++)
        {
            peer.Send("A", next, 1, Size);
            next += Size;
            _bench.Read(socket);
            if (_bench.HasSent)
                Assert.InRange(LastWindow(), 1, 16384);
        }
        Release();
        _bench.Wait(0.2);
        Assert.Equal(32768, LastWindow());
        Assert.Equal(1, _bench.Count("times that the packet pool was nearly used up"));
    }

    [Fact]
    public void What_came_out_of_order_is_given_up_without_anything_having_to_arrive()
    {
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(_bench, SegmentOptions.Usual());
        peer.TimestampValue = 1000;
        for (uint i = 1; i < 50; i++)
            peer.Send("A", 1 + i * Size, 1, Size);
        long before = InUse;
        Hold(PoolPressure.Low);
        _bench.Wait(0.2);
        Assert.Equal(0, _bench.Count("reassembly queues given up for lack of memory"));
        int held = _held.Count;
        Hold(PoolPressure.Critical);
        _bench.Wait(0.2);
        Assert.Equal(1, _bench.Count("reassembly queues given up for lack of memory"));
        Assert.InRange(InUse - 2 * _held.Count, 0, before / 10);
        Assert.True(_held.Count > held);
        // What fills the hole gets in, and what is beyond it comes again.
        _bench.ForgetSent();
        peer.Send("A", 1, 1, Size);
        Assert.Equal(Size, socket.ReceiveAvailable);
        _bench.Wait(0.1);
        peer.Expect("A", 1, 1 + Size);
    }

    [Fact]
    public void Out_of_order_data_are_refused_but_for_a_little()
    {
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(_bench);
        Hold(PoolPressure.Low);
        for (uint i = 1; i < 50; i++)
            peer.Send("A", 1 + i * Size, 1, Size);
        Assert.InRange(_bench.Count("discarded due to lack of memory"), 40, 48);
        peer.Send("A", 1, 1, Size);
        Assert.InRange(socket.ReceiveAvailable, 2 * Size, 10 * Size);
    }

    [Fact]
    public void Each_connection_may_have_a_little_though_another_user_reads_nothing()
    {
        (TcpPeer slow, TcpSocket unread) = TcpPeer.AcceptFrom(_bench, SegmentOptions.Join(SegmentOptions.MaximumSegment(1460), SegmentOptions.WindowScale(7)));
        (TcpPeer quick, TcpSocket read) = TcpPeer.AcceptFrom(_bench);
        Fill(slow, 1, 100_000);
        Hold(PoolPressure.Critical);
        slow.Send("A", 100_001, 1, Size);
        Assert.Equal(100_000, unread.ReceiveAvailable);
        Assert.Equal(1, _bench.Count("discarded due to lack of memory"));
        for (uint i = 0; i < 100; i++)
        {
            quick.Send("A", 1 + i * Size, 1, Size);
            Assert.Equal(Size, _bench.Read(read).Length);
        }
        _bench.Read(unread);
        slow.Send("A", 100_001, 1, Size);
        Assert.Equal(Size, unread.ReceiveAvailable);
    }

    [Fact]
    public void Of_the_last_of_it_who_reads_nothing_gets_no_more_than_a_segment()
    {
        (TcpPeer slow, TcpSocket unread) = TcpPeer.AcceptFrom(_bench);
        (TcpPeer quick, TcpSocket read) = TcpPeer.AcceptFrom(_bench);
        Hold(PoolPressure.Dry);
        slow.Send("A", 1, 1, Size);
        slow.Send("A", 1 + Size, 1, Size);
        Assert.Equal(Size, unread.ReceiveAvailable);
        Assert.Equal(1, _bench.Count("discarded due to lack of memory"));
        for (uint i = 0; i < 100; i++)
        {
            quick.Send("A", 1 + i * Size, 1, Size);
            Assert.Equal(Size, _bench.Read(read).Length);
        }
        _bench.Read(unread);
        slow.Send("A", 1 + Size, 1, Size);
        Assert.Equal(Size, unread.ReceiveAvailable);
    }

    [Fact]
    public void Senders_get_little_room_and_are_told_when_there_is_more()
    {
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(_bench, SegmentOptions.MaximumSegment(1460));
        _bench.Write(socket, 1460);
        Assert.Equal(256 * 1024 - 1460, socket.SendSpace);
        Hold(PoolPressure.Critical);
        _bench.Do(static () => { });
        Assert.Equal(4 * 1460 - 1460, socket.SendSpace);
        _bench.Write(socket, 3 * 1460);
        Assert.Equal(0, socket.SendSpace);
        // It goes on with that.
        peer.Send("A", 1, 4 * 1460 + 1);
        Assert.Equal(4 * 1460, socket.SendSpace);
        Assert.True((_bench.EventsOf(socket) & SocketEvents.Writable) != 0);
        _bench.Write(socket, 4 * 1460);
        Assert.Equal(0, socket.SendSpace);
        Release();
        _bench.Wait(0.2);
        Assert.True((_bench.EventsOf(socket) & SocketEvents.Writable) != 0);
        Assert.Equal((256 * 1024) - (4 * 1460), socket.SendSpace);
    }

    [Fact]
    public void Users_that_write_in_one_batch_leave_what_it_takes_to_send_it()
    {
        (TcpPeer Peer, TcpSocket Socket)[] all = [.. Enumerable.Range(0, 10).Select(_ => TcpPeer.AcceptFrom(_bench, SegmentOptions.MaximumSegment(1460)))];
        _bench.Do(() =>
        {
            foreach ((_, TcpSocket socket) in all)
            {
                while (socket.SendSpace > 0)
                    Assert.Equal(Errno.None, socket.Send(Chunk(1000)));
            }
        });
        Assert.Equal(PoolPressure.Dry, _pool.Pressure);
        foreach (BufferStatistics kind in _pool.GetStatistics().Kinds.Where(static k => k.Name != "large cluster"))
            Assert.Equal(0, kind.Failures);
        Assert.InRange(all[^1].Socket.SendQueued, 0, 4 * 1460 + 1000);
        // Who got nothing in is told when there's room.
        _bench.EventsOf(all[^1].Socket);
        foreach ((TcpPeer peer, TcpSocket socket) in all)
        {
            for (uint acknowledged = 1; socket.SendQueued > 0; _bench.ForgetSent())
                peer.Send("A", 1, acknowledged += (uint)socket.GetInfo().UnacknowledgedBytes);
        }
        _bench.Wait(0.2);
        Assert.True((_bench.EventsOf(all[^1].Socket) & SocketEvents.Writable) != 0);
        Assert.Equal(0, InUse);
    }

    [Fact]
    public void Small_writes_share_mbufs()
    {
        (_, TcpSocket socket) = TcpPeer.AcceptFrom(_bench, configure: static s => s.Cork = true);
        for (int i = 0; i < 500; i++)
            _bench.Write(socket, 1);
        Assert.InRange(InUse, 1, 4);
    }

    [Fact]
    public void Without_mbufs_for_every_piece_of_a_burst_a_segment_goes_alone()
    {
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(_bench, SegmentOptions.MaximumSegment(1460), window: 0);
        for (int i = 0; i < 20; i++)
            _bench.Write(socket, TcpBench.Pattern(600 * i, 600));
        byte[] opening = peer.Make("A", 1, 1, window: 65535);
        // A cluster each, so the burst takes as many mbufs; the segment takes three, beside its header.
        while (_pool.Get() is { } mbuf)
            _held.Add(mbuf);
        for (int i = 0; i < 8; i++)
        {
            _held[^1].Free();
            _held.RemoveAt(_held.Count - 1);
        }
        _bench.Inject(opening);
        peer.Expect("A", 1, 1, 1460);
        Release();
        _bench.Wait(0.3);
        Assert.True(_bench.HasSent);
    }

    [Fact]
    public void Requests_for_connections_wait_for_better_times()
    {
        TcpSocket listener = _bench.Listen(backlog: 100);
        Hold(PoolPressure.Low);
        for (ushort i = 0; i < 20; i++)
            new TcpPeer(_bench, (ushort)(41000 + i), 80).Send("S", 0);
        Assert.Equal(8, listener.SynQueueLength);
        Assert.Equal(12, _bench.Count("SYN cookies sent"));
        Hold(PoolPressure.Critical);
        _bench.Wait(100);
        _bench.ForgetSent();
        TcpPeer last = new(_bench, 42000, 80);
        last.Send("S", 0);
        _bench.AssertNothingSent();
        Assert.Equal(1, _bench.Count("SYNs dropped for lack of memory"));
        Release();
        _bench.Wait(1);
        last.Send("S", 0);
        last.Expect("SA", 0, 1);
    }

    [Theory]
    [InlineData(512 * 1024)]
    [InlineData(384 * 1024)]
    public void A_pool_smaller_than_what_is_promised_never_stands_still(int pool)
    {
        // The server promises megabytes and its user reads nothing; losses make gaps; then it reads.
        using TcpPath path = new(clientPool: pool, serverPool: pool) { Bandwidth = 100_000_000 };
        int number = 0;
        path.Fate = p => p.Length > 0 && number++ % 50 == 20 ? null : 0;
        path.Connect();
        path.Reads[1] = false;
        path.Write(5_000_000);
        path.Run(5);
        Assert.NotEqual(PoolPressure.None, path.Server.Pool.Pressure);
        path.Reads[1] = true;
        path.RunUntilReceived(5_000_000, 60);
        path.Write(5_000_000, end: 1);
        path.RunUntilReceived(5_000_000, 60, end: 0);
        path.Run(5);
        Assert.Equal(PoolPressure.None, path.Server.Pool.Pressure);
        Assert.All(path.Server.Pool.GetStatistics().Kinds, static k => Assert.Equal(0, k.InUse));
        Assert.All(path.Client.Pool.GetStatistics().Kinds, static k => Assert.Equal(0, k.InUse));
    }

    private Mbuf Chunk(int length)
    {
        Mbuf chunk = _pool.GetChain(length)!;
        Assert.True(chunk.Append(TcpBench.Pattern(0, length)));
        return chunk;
    }

    private long InUse => _pool.GetStatistics().Kinds.Sum(static k => k.InUse);

    /// <summary>Takes memory until the pool is so far used up, as other protocols might.</summary>
    private void Hold(PoolPressure level, int more = 0)
    {
        while (_pool.Pressure < level || more-- > 0)
            _held.Add(_pool.GetCluster()!);
    }

    private void Release()
    {
        _held.ForEach(static m => m.Free());
        _held.Clear();
    }

    private static uint Fill(TcpPeer peer, uint from, int bytes)
    {
        uint end = from + (uint)bytes;
        for (; from < end; from += Math.Min(Size, end - from))
            peer.Send("A", from, 1, (int)Math.Min(Size, end - from));
        return end;
    }

    private int LastWindow()
    {
        WireSegment last = _bench.NextSent();
        while (_bench.HasSent)
            last = _bench.NextSent();
        return last.Window;
    }
}
