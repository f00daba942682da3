using IoPkt.Stack.Tests.Tcp.Harness;
using Xunit;

namespace IoPkt.Stack.Tests.Tcp;

/// <summary>TIME-WAIT: RFC 9293, section 3.6.1, RFC 1337 and RFC 6191.</summary>
public sealed class TimeWaitTests
{
    [Fact]
    public void A_FIN_sent_again_is_acknowledged_and_the_wait_begins_anew()
    {
        using TcpBench bench = new();
        TcpPeer peer = Wait(bench);
        bench.Wait(50);
        peer.Send("FA", 1, 2);
        peer.Expect("A", 2, 2);
        bench.Wait(50);
        Assert.Equal(1, bench.Tcp.TimeWaits.Count);
        bench.Wait(11);
        bench.AssertNothingHeld();
    }

    [Fact]
    public void A_reset_doesn_t_end_it()
    {
        // RFC 1337, fix F1.
        using TcpBench bench = new();
        TcpPeer peer = Wait(bench);
        peer.Send("R", 2);
        // Nor is it answered, wherever it lies.
        peer.Send("RA", 1, 2);
        peer.Send("RA", 1002, 2);
        Assert.Equal(1, bench.Tcp.TimeWaits.Count);
        bench.AssertNothingSent();
    }

    [Fact]
    public void An_old_duplicate_is_acknowledged_and_a_bare_acknowledgement_is_not()
    {
        using TcpBench bench = new();
        TcpPeer peer = Wait(bench);
        peer.Send("A", 1, 2, 1);
        peer.Expect("A", 2, 2);
        peer.Send("A", 2, 2);
        bench.AssertNothingSent();
    }

    [Theory]
    // Before without timestamps, the SYN without: the sequence number decides.
    [InlineData(null, null, 3, true)]
    [InlineData(null, null, 1, false)]
    // Before without, now with: always.
    [InlineData(null, 5u, 1, true)]
    // Before with: a later timestamp, or an equal one and a greater sequence number.
    [InlineData(1000u, 1001u, 1, true)]
    [InlineData(1000u, 1000u, 3, true)]
    [InlineData(1000u, 1000u, 1, false)]
    [InlineData(1000u, 999u, 3, false)]
    // Before with, now without: the sequence number.
    [InlineData(1000u, null, 3, true)]
    [InlineData(1000u, null, 1, false)]
    public void A_SYN_may_open_a_new_connection(uint? before, uint? now, uint sequence, bool isTaken)
    {
        using TcpBench bench = new();
        TcpSocket listener = bench.Listen();
        TcpPeer peer = new(bench, 40000, 80);
        peer.Send("S", 0, options: before is { } old ? SegmentOptions.Usual(timestamp: old) : []);
        peer.Expect("SA", 0, 1);
        peer.TimestampValue = before;
        peer.Send("A", 1, 1);
        TcpSocket socket = bench.Accept(listener);
        bench.Do(socket.Close);
        peer.Expect("FA", 1, 1);
        peer.Send("FA", 1, 2);
        peer.Expect("A", 2, 2);
        uint isn = peer.StackIsn;
        peer.Send("S", sequence, options: now is { } value ? SegmentOptions.Usual(timestamp: value) : []);
        if (isTaken)
        {
            peer.Expect("SA", 0, sequence + 1);
            Assert.True((int)(peer.StackIsn - isn) > 2, "the new numbers must lie beyond the old ones");
            Assert.Equal(0, bench.Tcp.TimeWaits.Count);
            Assert.Equal(1, bench.Count("connections in TIME-WAIT reused"));
        }
        else
        {
            peer.Expect("A", 2, 2);
            Assert.Equal(1, bench.Tcp.TimeWaits.Count);
        }
    }

    [Fact]
    public void Our_own_connect_takes_the_endpoints_again_after_a_second_if_there_are_timestamps()
    {
        using TcpBench bench = new();
        bench.Stack.Ports.First = bench.Stack.Ports.Last = 50000;
        TcpPeer peer = Wait(bench, SegmentOptions.Usual());
        uint isn = peer.StackIsn;
        TcpSocket socket = bench.Create();
        bench.Do(() => Assert.Equal(Errno.AddressNotAvailable, socket.Connect(new InetEndpoint(TcpBench.PeerAddress, 80))));
        bench.Wait(1.1);
        bench.Do(() => Assert.Equal(Errno.InProgress, socket.Connect(new InetEndpoint(TcpBench.PeerAddress, 80))));
        peer.Expect("S", 0);
        Assert.True((int)(peer.StackIsn - isn) > 2, "the new numbers must lie beyond the old ones");
    }

    [Fact]
    public void Without_timestamps_it_must_wait()
    {
        using TcpBench bench = new();
        bench.Stack.Ports.First = bench.Stack.Ports.Last = 50000;
        Wait(bench);
        bench.Wait(30);
        TcpSocket socket = bench.Create();
        bench.Do(() => Assert.Equal(Errno.AddressNotAvailable, socket.Connect(new InetEndpoint(TcpBench.PeerAddress, 80))));
        bench.Wait(31);
        bench.Do(() => Assert.Equal(Errno.InProgress, socket.Connect(new InetEndpoint(TcpBench.PeerAddress, 80))));
    }

    [Fact]
    public void A_port_in_TIME_WAIT_can_be_bound_with_SO_REUSEADDR_only()
    {
        using TcpBench bench = new();
        TcpSocket listener = bench.Listen();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.ConnectTo(bench, listener);
        bench.Do(socket.Close);
        peer.Expect("FA", 1, 1);
        peer.Send("FA", 1, 2);
        bench.Do(listener.Close);
        TcpSocket next = bench.Create();
        bench.Do(() => Assert.Equal(Errno.AddressInUse, next.Bind(new InetEndpoint(InetAddress.AnyIpv4, 80))));
        bench.Wait(61);
        bench.Do(() => Assert.Equal(Errno.None, next.Bind(new InetEndpoint(InetAddress.AnyIpv4, 80))));
    }

    [Fact]
    public void Their_number_is_bounded()
    {
        using TcpBench bench = new(static s => s.MaximumTimeWaits = 3);
        for (int i = 0; i < 5; i++)
            Wait(bench);
        Assert.Equal(3, bench.Tcp.TimeWaits.Count);
        Assert.Equal(2, bench.Count("connections in TIME-WAIT ended early because there were too many"));
        bench.Wait(61);
        bench.AssertNothingHeld();
        Assert.Empty(bench.Tcp.Sockets);
    }

    private static TcpPeer Wait(TcpBench bench, byte[]? options = null)
    {
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench, options);
        if (options is not null)
            peer.TimestampValue = 1000;
        bench.Do(socket.Close);
        peer.Expect("FA", 1, 1);
        peer.Send("FA", 1, 2);
        peer.Expect("A", 2, 2);
        Assert.Equal(TcpState.TimeWait, socket.State);
        return peer;
    }
}
