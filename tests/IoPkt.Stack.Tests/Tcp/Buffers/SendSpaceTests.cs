using IoPkt.Stack.Tests.Tcp.Harness;
using Xunit;

namespace IoPkt.Stack.Tests.Tcp.Buffers;

/// <summary>When the user is told that it may write again.</summary>
public sealed class SendSpaceTests : IDisposable
{
    private const int Size = 1460;
    private readonly TcpBench _bench = new(static s =>
    {
        s.SendSpace = 4 * Size;
        s.CongestionControl = "newreno";
    });

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void The_user_is_told_once_a_third_is_free_after_there_was_less()
    {
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(_bench, SegmentOptions.MaximumSegment(Size), static s => s.Options.SendBuffer = 12 * Size);
        _bench.Write(socket, 6 * Size);
        peer.Send("A", 1, (3 * Size) + 1);
        Assert.Equal(SocketEvents.None, _bench.EventsOf(socket));
        _bench.Write(socket, 9 * Size);
        Assert.Equal(0, socket.SendSpace);
        peer.Send("A", 1, (6 * Size) + 1);
        Assert.Equal(SocketEvents.None, _bench.EventsOf(socket));
        peer.Send("A", 1, (8 * Size) + 1);
        Assert.Equal(SocketEvents.Writable, _bench.EventsOf(socket));
        peer.Send("A", 1, (10 * Size) + 1);
        Assert.Equal(SocketEvents.None, _bench.EventsOf(socket));
    }

    [Fact]
    public void A_buffer_that_is_made_smaller_is_full_and_its_user_is_told_when_it_is_not()
    {
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(_bench, SegmentOptions.MaximumSegment(Size), static s => s.SendBuffer = 12 * Size);
        _bench.Write(socket, 6 * Size);
        _bench.Do(() => socket.SendBuffer = 3 * Size);
        Assert.Equal(0, socket.SendSpace);
        peer.Send("A", 1, (5 * Size) + 1);
        Assert.Equal(SocketEvents.Writable, _bench.EventsOf(socket));
    }

    /// <summary>The buffer is twice the congestion window: what an acknowledgement freed is gone when others in the same batch tell of a loss.</summary>
    [Fact]
    public void Room_that_the_congestion_window_takes_back_is_announced_again()
    {
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(_bench, SegmentOptions.MaximumSegment(Size));
        _bench.Write(socket, 20 * Size);
        Assert.Equal(0, socket.SendSpace);
        byte[] duplicate = peer.Make("A", 1, (5 * Size) + 1);
        _bench.Inject(peer.Make("A", 1, (5 * Size) + 1), duplicate, duplicate, duplicate);
        Assert.Equal(SocketEvents.Writable, _bench.EventsOf(socket));
        Assert.Equal(0, socket.SendSpace);
        for (uint acknowledged = 10; acknowledged <= 20; acknowledged++)
            peer.Send("A", 1, (acknowledged * Size) + 1);
        Assert.Equal(SocketEvents.Writable, _bench.EventsOf(socket));
        Assert.Equal(socket.GetInfo().SendSpace, socket.SendSpace);
    }
}
