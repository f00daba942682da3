using IoPkt.Stack.Tests.Tcp.Harness;
using Xunit;

namespace IoPkt.Stack.Tests.Tcp.Receiving;

/// <summary>RFC 6093: urgent data stay in line, and their end is a mark (SIOCATMARK).</summary>
public sealed class UrgentDataTests
{
    [Fact]
    public void They_are_received_in_their_place_and_the_mark_is_after_them()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench);
        peer.Send("A", 1, 1, 10);
        peer.Send("UA", 11, 1, 20, urgent: 5);
        Assert.Equal(15, socket.UrgentOffset);
        Assert.Equal(TcpBench.Pattern(0, 12), bench.Read(socket, 12));
        Assert.Equal(3, socket.UrgentOffset);
        Assert.Equal(TcpBench.Pattern(12, 18), bench.Read(socket));
        Assert.Equal(0, socket.UrgentOffset);
        Assert.Equal(1, bench.Count("packets received with urgent data"));
    }

    [Fact]
    public void The_mark_may_come_before_its_data()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench);
        peer.Send("UA", 1, 1, urgent: 100);
        Assert.Equal(100, socket.UrgentOffset);
        Assert.Equal(0, socket.ReceiveAvailable);
        peer.Send("A", 1, 1, 60);
        bench.Read(socket);
        Assert.Equal(40, socket.UrgentOffset);
    }

    [Fact]
    public void It_only_moves_forward()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench);
        peer.Send("UA", 1, 1, 10, urgent: 50);
        peer.Send("UA", 11, 1, 10, urgent: 5);
        Assert.Equal(50, socket.UrgentOffset);
        peer.Send("UA", 21, 1, 10, urgent: 50);
        Assert.Equal(70, socket.UrgentOffset);
    }

    [Fact]
    public void In_a_segment_that_was_partly_received_before_it_counts_from_where_that_began()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench);
        peer.Send("A", 1, 1, 10);
        peer.Send("UA", 1, 1, 20, urgent: 15);
        Assert.Equal(15, socket.UrgentOffset);
    }

    [Fact]
    public void Without_the_flag_the_pointer_means_nothing()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench);
        peer.Send("A", 1, 1, 10, urgent: 5);
        Assert.Equal(0, socket.UrgentOffset);
    }
}
