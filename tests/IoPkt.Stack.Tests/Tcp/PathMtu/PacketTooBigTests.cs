using IoPkt.Stack.Tests.Tcp.Harness;
using Xunit;

namespace IoPkt.Stack.Tests.Tcp.PathMtu;

/// <summary>"Fragmentation needed", as a connection takes it: RFC 1191, and RFC 5927, section 7, on forgeries.</summary>
public sealed class PacketTooBigTests
{
    private const byte Unreachable = 3, TooBig = 4;

    [Fact]
    public void What_is_in_flight_goes_out_again_in_smaller_segments_and_the_window_stays()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench, SegmentOptions.MaximumSegment(1460));
        bench.Write(socket, 2920);
        WireSegment first = peer.Expect("A", 1, 1, 1460);
        peer.Expect("A", 1461, 1, 1460);
        int window = socket.GetInfo().CongestionWindow;
        bench.InjectIcmp(Unreachable, TooBig, 1000, first);
        peer.Expect("A", 1, 1, 960);
        peer.Expect("A", 961, 1, 960);
        peer.Expect("A", 1921, 1, 960);
        peer.Expect("A", 2881, 1, 40);
        Assert.Equal(window, socket.GetInfo().CongestionWindow);
        Assert.Equal(1000, socket.GetInfo().PathMtu);
        Assert.Equal(int.MaxValue, socket.GetInfo().SlowStartThreshold);
        Assert.Equal(1, bench.Count("segment size reductions by path MTU discovery"));
        // The same message about the second is old news.
        bench.InjectIcmp(Unreachable, TooBig, 1000, first);
        bench.AssertNothingSent();
    }

    [Theory]
    [InlineData(67)]
    [InlineData(1500)]
    [InlineData(9000)]
    public void What_cannot_be_true_changes_nothing(uint mtu)
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench, SegmentOptions.MaximumSegment(1460));
        bench.Write(socket, 1460);
        bench.InjectIcmp(Unreachable, TooBig, mtu, peer.Expect("A", 1, 1, 1460));
        bench.AssertNothingSent();
        Assert.Equal(1500, socket.GetInfo().PathMtu);
    }

    [Fact]
    public void Segments_never_become_tiny_and_routers_may_cut_them_instead()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench, SegmentOptions.MaximumSegment(1460));
        bench.Write(socket, 1024);
        WireSegment segment = peer.Expect("A", 1, 1, 1024);
        Assert.True((segment.Ip.FragmentFlags & 2) != 0);
        bench.InjectIcmp(Unreachable, TooBig, 68, segment);
        segment = peer.Expect("A", 1, 1, PathMtuCache.SmallestUsed - 40);
        Assert.True((segment.Ip.FragmentFlags & 2) == 0);
        peer.Expect("A", 513, 1, 512);
        Assert.Equal(PathMtuCache.SmallestUsed, socket.GetInfo().PathMtu);
    }

    [Fact]
    public void A_router_that_says_no_size_gets_the_next_plateau()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench, SegmentOptions.MaximumSegment(1460));
        bench.Write(socket, 1460);
        bench.InjectIcmp(Unreachable, TooBig, 0, peer.Expect("A", 1, 1, 1460));
        peer.Expect("A", 1, 1, 1452);
        peer.Expect("A", 1453, 1, 8);
    }

    [Fact]
    public void Before_the_connection_is_made_it_is_ignored()
    {
        using TcpBench bench = new();
        TcpSocket socket = bench.Connect();
        bench.InjectIcmp(Unreachable, TooBig, 600, bench.NextSent());
        Assert.Equal(TcpState.SynSent, socket.State);
        Assert.Equal(0, bench.Stack.Ipv4.PathMtus.Count);
    }

    [Fact]
    public void When_it_is_forgotten_one_segment_tries_the_whole_size_first()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench, SegmentOptions.Join(SegmentOptions.MaximumSegment(1460), SegmentOptions.SackPermitted));
        bench.Write(socket, 1460);
        bench.InjectIcmp(Unreachable, TooBig, 1000, peer.Expect("A", 1, 1, 1460));
        peer.Expect("A", 1, 1, 960);
        peer.Expect("A", 961, 1, 500);
        peer.Send("A", 1, 1461);
        bench.Wait(601);
        bench.Write(socket, 5000);
        peer.Expect("A", 1461, 1, 1460);
        peer.Expect("A", 2921, 1, 960);
        bench.ForgetSent();
        peer.Send("A", 1, 6461);
        Assert.Equal(1500, socket.GetInfo().PathMtu);
        bench.Write(socket, 2920);
        peer.Expect("A", 6461, 1, 1460);
        peer.Expect("A", 7921, 1, 1460);
    }

    [Fact]
    public void A_router_with_even_less_ends_a_search()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench, SegmentOptions.Join(SegmentOptions.MaximumSegment(1460), SegmentOptions.SackPermitted));
        bench.Write(socket, 1460);
        peer.Expect("A", 1, 1, 1460);
        // Nothing arrives, so segments become smaller, and a search for more begins.
        bench.Wait(2);
        bench.ForgetSent();
        peer.Send("A", 1, 1461);
        bench.Write(socket, 500);
        bench.InjectIcmp(Unreachable, TooBig, 68, peer.Expect("A", 1461, 1, 500));
        bench.ForgetSent();
        Assert.Equal(PathMtuCache.SmallestUsed, socket.GetInfo().PathMtu);
        peer.Send("A", 1, 1961);
        bench.Write(socket, 5000);
        peer.Expect("A", 1961, 1, 512);
        Assert.Equal(0, bench.Count("probes of a larger segment size sent"));
    }

    [Fact]
    public void A_router_that_refuses_the_probe_ends_the_attempt()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench, SegmentOptions.Join(SegmentOptions.MaximumSegment(1460), SegmentOptions.SackPermitted));
        bench.Write(socket, 1460);
        bench.InjectIcmp(Unreachable, TooBig, 1000, peer.Expect("A", 1, 1, 1460));
        bench.ForgetSent();
        peer.Send("A", 1, 1461);
        bench.Wait(601);
        bench.Write(socket, 5000);
        WireSegment probe = peer.Expect("A", 1461, 1, 1460);
        bench.ForgetSent();
        bench.InjectIcmp(Unreachable, TooBig, 1000, probe);
        // Sent again at once, in segments that pass; those behind it were small enough.
        peer.Expect("A", 1461, 1, 960);
        peer.Expect("A", 2421, 1, 500);
        bench.AssertNothingSent();
        peer.Send("A", 1, 6461);
        Assert.Equal(1000, socket.GetInfo().PathMtu);
        bench.Write(socket, 5000);
        peer.Expect("A", 6461, 1, 960);
        Assert.Equal(1, bench.Count("probes of a larger segment size sent"));
    }
}
