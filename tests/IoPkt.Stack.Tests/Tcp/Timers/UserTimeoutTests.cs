using IoPkt.Stack.Tests.Tcp.Harness;
using Xunit;

namespace IoPkt.Stack.Tests.Tcp.Timers;

/// <summary>The user timeout of RFC 9293, section 3.9.1.1, and RFC 5482: TCP_USER_TIMEOUT; and R2 of section 3.8.3, where there's none.</summary>
public sealed class UserTimeoutTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(100)]
    public void Data_unacknowledged_for_so_long_end_the_connection(int seconds)
    {
        using TcpBench bench = new();
        (_, TcpSocket socket) = TcpPeer.AcceptFrom(bench, configure: s => s.UserTimeout = TimeSpan.FromSeconds(seconds));
        bench.Wait(1000);
        bench.Write(socket, 10);
        bench.Wait(seconds - 0.01);
        Assert.Equal(TcpState.Established, socket.State);
        bench.Wait(0.02);
        Assert.Equal(TcpState.Closed, socket.State);
        Assert.Equal(Errno.TimedOut, socket.TakeError());
        Assert.Equal(1, bench.Count("connections dropped by rexmit timeout"));
    }

    [Fact]
    public void It_can_be_longer_than_the_stack_would_try()
    {
        using TcpBench bench = new(static s => s.Retries = 3);
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench, configure: static s => s.UserTimeout = TimeSpan.FromHours(1));
        bench.Write(socket, 10);
        bench.Wait(3590);
        Assert.Equal(TcpState.Established, socket.State);
        bench.ForgetSent();
        peer.Send("A", 1, 11);
        bench.Write(socket, 10);
        peer.Expect("A", 11, 1, 10);
    }

    [Fact]
    public void Without_one_the_connection_ends_after_R2()
    {
        using TcpBench bench = new(static s => s.Retries = 3);
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench);
        bench.Write(socket, 10);
        peer.Expect("A", 1, 1, 10);
        foreach (double wait in new[] { 0.2, 0.4, 0.8 })
        {
            bench.Wait(wait - 0.01);
            bench.AssertNothingSent();
            // The round trip is a part of each timeout.
            bench.Wait(0.0105);
            peer.Expect("A", 1, 1, 10);
        }
        bench.Wait(1.59);
        Assert.Equal(TcpState.Established, socket.State);
        bench.Wait(0.02);
        Assert.Equal(Errno.TimedOut, socket.TakeError());
        bench.AssertNothingHeld();
    }

    [Fact]
    public void Connecting_has_it_as_well()
    {
        using TcpBench bench = new();
        TcpSocket socket = bench.Connect(configure: static s => s.UserTimeout = TimeSpan.FromSeconds(2.5));
        bench.Wait(2.4);
        Assert.Equal(TcpState.SynSent, socket.State);
        bench.Wait(0.2);
        Assert.Equal(TcpState.Closed, socket.State);
        Assert.Equal(Errno.TimedOut, socket.TakeError());
    }

    [Fact]
    public void With_keep_alive_it_says_when_a_silent_peer_is_dead()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench, configure: static s =>
        {
            s.KeepAlive = true;
            s.KeepAliveIdle = TimeSpan.FromSeconds(10);
            s.KeepAliveInterval = TimeSpan.FromSeconds(2);
            s.KeepAliveCount = 1;
            s.UserTimeout = TimeSpan.FromSeconds(17);
        });
        bench.Wait(16.1);
        Assert.Equal(TcpState.Established, socket.State);
        bench.Wait(2);
        Assert.Equal(TcpState.Closed, socket.State);
        Assert.Equal(Errno.TimedOut, socket.TakeError());
        Assert.Equal(peer.Port, socket.RemoteEndpoint.Port);
    }
}
