using IoPkt.Stack.Tests.Tcp.Harness;
using Xunit;

namespace IoPkt.Stack.Tests.Tcp.Sending;

/// <summary>RFC 9293, section 3.8.5: what the user marks as urgent (MSG_OOB) is told to the peer by the pointer to the byte after it.</summary>
public sealed class UrgentTests
{
    private const int Size = 1460;

    [Fact]
    public void The_pointer_is_to_the_byte_after_the_urgent_ones()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench);
        WriteUrgent(bench, socket, 10);
        Assert.Equal(10, peer.Expect("UA", 1, 1, 10).UrgentPointer);
        bench.Write(socket, 5);
        peer.Send("A", 1, 11);
        Assert.Equal(0, peer.Expect("A", 11, 1, 5).UrgentPointer);
        bench.AssertNothingSent();
    }

    [Fact]
    public void They_do_not_wait_for_acknowledgements_nor_for_a_cork()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench);
        bench.Write(socket, 10);
        peer.Expect("A", 1, 1, 10);
        bench.Write(socket, 10);
        bench.AssertNothingSent();
        WriteUrgent(bench, socket, 1);
        Assert.Equal(11, peer.Expect("UA", 11, 1, 11).UrgentPointer);
        bench.Do(() => socket.Cork = true);
        WriteUrgent(bench, socket, 1);
        peer.Expect("UA", 22, 1, 1);
    }

    [Fact]
    public void Each_segment_before_the_mark_has_a_pointer_of_its_own()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench, SegmentOptions.MaximumSegment(Size));
        WriteUrgent(bench, socket, (2 * Size) + 100);
        Assert.Equal((2 * Size) + 100, peer.Expect("UA", 1, 1, Size).UrgentPointer);
        Assert.Equal(Size + 100, peer.Expect("UA", 1 + Size, 1, Size).UrgentPointer);
        Assert.Equal(100, peer.Expect("UA", 1 + (2 * Size), 1, 100).UrgentPointer);
    }

    [Fact]
    public void What_is_sent_again_has_it_too()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench, SegmentOptions.MaximumSegment(Size));
        WriteUrgent(bench, socket, 2 * Size);
        bench.ForgetSent();
        bench.Wait(0.3);
        Assert.Equal(2 * Size, peer.Expect("UA", 1, 1, Size).UrgentPointer);
    }

    [Fact]
    public void The_mark_goes_even_where_the_data_cannot()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench);
        bench.Write(socket, 100);
        peer.Expect("A", 1, 1, 100);
        peer.Send("A", 1, 101, window: 0);
        bench.Write(socket, 50);
        bench.AssertNothingSent();
        WriteUrgent(bench, socket, 1);
        Assert.Equal(51, peer.Expect("UA", 101, 1).UrgentPointer);
        Assert.Equal(1, bench.Count("URG only packets sent"));
        // Once: the window's probes do the rest.
        bench.Write(socket, 1);
        bench.AssertNothingSent();
        peer.Send("A", 1, 101, window: 1000);
        Assert.Equal(51, peer.Expect("UA", 101, 1, 52).UrgentPointer);
    }

    [Fact]
    public void A_mark_that_16_bits_cannot_reach_is_told_when_they_can()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench, SegmentOptions.MaximumSegment(Size), window: 10 * Size);
        WriteUrgent(bench, socket, 70_000);
        for (int i = 0; i < 4; i++)
            Assert.Equal(0, peer.Expect("A", (uint)(1 + (i * Size)), 1, Size).UrgentPointer);
        Assert.Equal(70_000 - (4 * Size), peer.Expect("UA", 1 + (4 * Size), 1, Size).UrgentPointer);
    }

    [Fact]
    public void The_mark_moves_on_with_what_is_urgent_next()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench, window: 10);
        WriteUrgent(bench, socket, 20);
        Assert.Equal(20, peer.Expect("UA", 1, 1, 10).UrgentPointer);
        WriteUrgent(bench, socket, 5);
        Assert.Equal(15, peer.Expect("UA", 11, 1).UrgentPointer);
        peer.Send("A", 1, 11);
        Assert.Equal(15, peer.Expect("UA", 11, 1, 10).UrgentPointer);
    }

    private static void WriteUrgent(TcpBench bench, TcpSocket socket, int length) => bench.Do(() =>
    {
        Mbuf data = bench.Pool.GetChain(length)!;
        Assert.True(data.Append(TcpBench.Pattern(0, length)));
        Assert.Equal(Errno.None, socket.Send(data));
        socket.MarkUrgent();
    });
}
