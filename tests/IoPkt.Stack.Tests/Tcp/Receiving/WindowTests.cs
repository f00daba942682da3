using IoPkt.Stack.Tests.Tcp.Harness;
using Xunit;

namespace IoPkt.Stack.Tests.Tcp.Receiving;

/// <summary>RFC 9293, section 3.8.6.2.2: the window that is offered moves in steps worth having, and never back.</summary>
public sealed class WindowTests
{
    [Fact]
    public void What_was_promised_is_kept_though_the_buffer_became_smaller()
    {
        using TcpBench bench = new();
        TcpSocket listener = bench.Listen();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.ConnectTo(bench, listener);
        socket.Options.ReceiveBuffer = 2000;
        for (uint i = 1; i <= 20; i++)
            peer.Send("A", 1 + 536 * i, 1, 536);
        bench.ForgetSent();
        peer.Send("A", 1, 1, 536);
        peer.Expect("A", 1, 1 + 536 * 21);
        Assert.Equal(TcpBench.Pattern(0, 536 * 21), bench.Read(socket));
    }

    private const int Space = 8192;

    private static (TcpPeer Peer, TcpSocket Socket) Fill(TcpBench bench)
    {
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench, configure: static s => s.Options.ReceiveBuffer = Space);
        for (uint at = 1; at < Space; at += 1024)
            peer.Send("A", at, 1, 1024);
        bench.Wait(0.1);
        WireSegment last = bench.NextSent();
        while (bench.HasSent)
            last = bench.NextSent();
        Assert.Equal(0, last.Window);
        return (peer, socket);
    }

    [Fact]
    public void A_user_that_reads_byte_by_byte_opens_it_by_whole_segments()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = Fill(bench);
        List<int> windows = [];
        for (int i = 0; i < Space; i++)
        {
            bench.Read(socket, 1);
            while (bench.HasSent)
                windows.Add(peer.Expect("A", 1, Space + 1).Window);
        }
        Assert.Equal(1024, windows[0]);
        Assert.InRange(windows.Count, 2, 6);
        for (int i = 1; i < windows.Count; i++)
            Assert.True(windows[i] - windows[i - 1] >= 1024, $"{windows[i - 1]} then {windows[i]}");
    }

    [Fact]
    public void A_segment_that_is_owed_anyway_does_not_tell_of_a_small_step()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = Fill(bench);
        bench.Read(socket, 500);
        peer.Send("A", Space, 1);
        Assert.Equal(0, peer.Expect("A", 1, Space + 1).Window);
    }

    [Fact]
    public void While_half_a_window_is_open_reading_costs_no_segments()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench, configure: static s => s.Options.ReceiveBuffer = 65535);
        peer.Send("A", 1, 1, 1000);
        peer.Expect("A", 1, 1001);
        bench.Read(socket);
        bench.Wait(1);
        bench.AssertNothingSent();
    }

    [Fact]
    public void Its_edge_never_moves_back_though_the_buffer_shrinks()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench, configure: static s => s.Options.ReceiveBuffer = 32768);
        socket.Options.ReceiveBuffer = 4096;
        peer.Send("A", 1, 1, 1000);
        Assert.Equal(32768 - 1000, peer.Expect("A", 1, 1001).Window);
        // What was promised is taken.
        for (uint at = 1001; at < 32768; at += 1000)
            peer.Send("A", at, 1, (int)Math.Min(1000, 32769 - at));
        Assert.Equal(32768, socket.ReceiveAvailable);
    }

    [Fact]
    public void What_lies_beyond_it_is_cut_off()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench, configure: static s => s.Options.ReceiveBuffer = 4096);
        peer.Send("A", 1, 1, 5000);
        Assert.Equal(0, peer.Expect("A", 1, 4097).Window);
        Assert.Equal(TcpBench.Pattern(0, 4096), bench.Read(socket));
        Assert.Equal(1, bench.Count("packets received with data after window"));
        Assert.Equal(904, bench.Count("bytes of data received after window"));
    }

    [Fact]
    public void TCP_WINDOW_CLAMP_limits_what_is_offered()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench, configure: static s => s.WindowClamp = 3000);
        peer.Send("A", 1, 1, 1000);
        Assert.InRange(peer.Expect("A", 1, 1001).Window, 2000, 3000);
        bench.Read(socket);
        bench.ForgetSent();
        peer.Send("A", 1001, 1, 1000);
        Assert.InRange(peer.Expect("A", 1, 2001).Window, 2000, 3000);
    }
}
