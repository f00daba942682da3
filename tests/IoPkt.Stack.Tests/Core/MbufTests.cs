using Xunit;

namespace IoPkt.Stack.Tests.Core;

public sealed class MbufTests : IDisposable
{
    private readonly MbufPool _pool = new();

    public void Dispose() => _pool.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(256)]
    [InlineData(3000)]
    [InlineData(200_000)]
    public void A_copy_holds_the_same_bytes_wherever_it_is_cut(int length)
    {
        byte[] data = Bytes(length);
        Mbuf packet = _pool.GetCopy(data)!;
        Assert.Equal(length, packet.Packet.Length);
        Assert.Equal(data, Read(packet));
        packet.Free();
        AssertAllReturned();
    }

    [Fact]
    public void Ranges_share_clusters_and_survive_the_original()
    {
        byte[] data = Bytes(10_000);
        Mbuf packet = _pool.GetCopy(data)!;
        Mbuf range = packet.CopyRange(1000, 7000)!;
        packet.Free();
        Assert.Equal(data[1000..8000], Read(range));
        range.Free();
        AssertAllReturned();
    }

    [Fact]
    public void Split_prepend_trim_and_concatenate_keep_every_byte()
    {
        byte[] data = Bytes(9_000);
        Mbuf front = _pool.GetCopy(data)!;
        Mbuf back = front.Split(4321)!;
        Assert.Equal(data[..4321], Read(front));
        Assert.Equal(data[4321..], Read(back));
        front.Concatenate(back);
        front = front.Prepend(20)!;
        front.Span[..20].Fill(7);
        Assert.Equal(9_020, front.Packet.Length);
        front.TrimFront(20);
        Assert.Equal(data, Read(front));
        front.Truncate(100);
        Assert.Equal(data[..100], Read(front));
        front.Free();
        AssertAllReturned();
    }

    [Fact]
    public void Pull_up_makes_headers_contiguous_or_frees_a_short_packet()
    {
        Mbuf packet = _pool.GetCopy([1, 2, 3])!;
        Mbuf tail = _pool.GetCopy([4, 5, 6])!;
        packet.Concatenate(tail);
        packet = packet.PullUp(5)!;
        Assert.Equal([1, 2, 3, 4, 5], packet.Span[..5].ToArray());
        Assert.Equal([1, 2, 3, 4, 5, 6], Read(packet));
        Assert.Null(packet.PullUp(7));
        AssertAllReturned();
    }

    [Fact]
    public void A_dry_pool_says_so_and_counts()
    {
        using MbufPool small = new(new MbufPoolOptions { MaximumBytes = 256 * 1024 });
        List<Mbuf> held = [];
        while (small.GetCluster() is { } mbuf)
            held.Add(mbuf);
        Assert.NotEmpty(held);
        Assert.Contains(small.GetStatistics().Kinds, k => k.Failures > 0);
        held.ForEach(m => m.Free());
        Assert.All(small.GetStatistics().Kinds, k => Assert.Equal(0, k.InUse));
    }

    private static byte[] Bytes(int length)
    {
        byte[] data = new byte[length];
        new Random(1).NextBytes(data);
        return data;
    }

    private static byte[] Read(Mbuf packet)
    {
        byte[] data = new byte[packet.Packet.Length];
        packet.CopyTo(0, data);
        return data;
    }

    private void AssertAllReturned() => Assert.All(_pool.GetStatistics().Kinds, k => Assert.Equal(0, k.InUse));

    /// <summary><c>bigpage_strict</c></summary>
    [Theory]
    [InlineData(false, 17 * 4096)]
    [InlineData(true, 1 << 20)]
    public void Only_with_bigpage_strict_do_large_clusters_come_from_big_pages(bool strict, long expected)
    {
        using MbufPool pool = new(new MbufPoolOptions { PageSize = 1 << 20, BigPagesForAllPools = strict, MbufCache = 0, PacketCache = 0 });
        pool.Get()!.Free();
        long before = pool.GetStatistics().Bytes;
        pool.GetLargeCluster()!.Free();
        Assert.Equal((1 << 20, expected), (before, pool.GetStatistics().Bytes - before));
    }
}
