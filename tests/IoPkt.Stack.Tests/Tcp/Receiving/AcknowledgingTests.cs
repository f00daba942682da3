using IoPkt.Stack.Tests.Tcp.Harness;
using Xunit;

namespace IoPkt.Stack.Tests.Tcp.Receiving;

/// <summary>RFC 9293, section 3.8.6.3, and RFC 5681, section 4.2: when data are acknowledged.</summary>
public sealed class AcknowledgingTests
{
    private const uint Size = 1000;

    /// <summary>A connection past its first acknowledgements, which aren't delayed.</summary>
    private static (TcpPeer Peer, TcpSocket Socket, uint Next) Settle(TcpBench bench, Action<TcpSocket>? configure = null)
    {
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench, configure: configure);
        uint next = 1;
        for (int i = 0; i < 16; i++, next += Size)
        {
            peer.Send("A", next, 1, (int)Size);
            while (bench.HasSent)
                bench.NextSent();
        }
        bench.Wait(1);
        bench.ForgetSent();
        return (peer, socket, next);
    }

    [Fact]
    public void At_the_start_each_segment_is_acknowledged_at_once()
    {
        using TcpBench bench = new();
        (TcpPeer peer, _) = TcpPeer.AcceptFrom(bench);
        for (uint i = 0; i < 10; i++)
        {
            peer.Send("A", 1 + i * Size, 1, (int)Size);
            peer.Expect("A", 1, 1 + (i + 1) * Size);
        }
    }

    [Fact]
    public void Later_one_segment_waits_40_ms_and_a_second_does_not()
    {
        using TcpBench bench = new();
        (TcpPeer peer, _, uint next) = Settle(bench);
        long before = bench.Count("delayed acks sent");
        peer.Send("A", next, 1, (int)Size);
        bench.Wait(0.039);
        bench.AssertNothingSent();
        bench.Wait(0.002);
        peer.Expect("A", 1, next + Size);
        Assert.Equal(before + 1, bench.Count("delayed acks sent"));
        peer.Send("A", next + Size, 1, (int)Size);
        bench.AssertNothingSent();
        peer.Send("A", next + 2 * Size, 1, (int)Size);
        peer.Expect("A", 1, next + 3 * Size);
        bench.Wait(1);
        bench.AssertNothingSent();
    }

    [Fact]
    public void Data_the_other_way_carry_it()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket, uint next) = Settle(bench);
        peer.Send("A", next, 1, (int)Size);
        bench.Write(socket, 10);
        peer.Expect("A", 1, next + Size, 10);
        bench.Wait(0.1);
        bench.AssertNothingSent();
    }

    [Fact]
    public void The_delay_is_a_setting()
    {
        using TcpBench bench = new(static s => s.DelayedAck = TimeSpan.FromMilliseconds(200));
        (TcpPeer peer, _, uint next) = Settle(bench);
        peer.Send("A", next, 1, (int)Size);
        bench.Wait(0.199);
        bench.AssertNothingSent();
        bench.Wait(0.002);
        peer.Expect("A", 1, next + Size);
    }

    [Fact]
    public void TCP_QUICKACK_acknowledges_what_waits_and_what_comes()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket, uint next) = Settle(bench);
        peer.Send("A", next, 1, (int)Size);
        bench.AssertNothingSent();
        bench.Do(() => socket.QuickAck = true);
        peer.Expect("A", 1, next + Size);
        peer.Send("A", next + Size, 1, (int)Size);
        peer.Expect("A", 1, next + 2 * Size);
    }

    [Fact]
    public void A_gap_is_told_at_once_and_so_is_its_end()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket, uint next) = Settle(bench);
        peer.Send("A", next + Size, 1, (int)Size);
        peer.Expect("A", 1, next);
        peer.Send("A", next + 2 * Size, 1, (int)Size);
        peer.Expect("A", 1, next);
        peer.Send("A", next, 1, (int)Size);
        peer.Expect("A", 1, next + 3 * Size);
        Assert.Equal(19 * (int)Size, socket.ReceiveAvailable);
    }

    [Fact]
    public void What_came_before_is_acknowledged_again_at_once()
    {
        using TcpBench bench = new();
        (TcpPeer peer, _, uint next) = Settle(bench);
        peer.Send("A", next - Size, 1, (int)Size);
        peer.Expect("A", 1, next);
        Assert.Equal(1, bench.Count("completely duplicate packets received"));
    }

    [Fact]
    public void A_FIN_is_acknowledged_at_once()
    {
        using TcpBench bench = new();
        (TcpPeer peer, _, uint next) = Settle(bench);
        peer.Send("FA", next, 1);
        peer.Expect("A", 1, next + 1);
    }
}
