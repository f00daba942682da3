using IoPkt.Stack.Tests.Harness;
using IoPkt.Stack.Tests.Tcp.Harness;
using Xunit;

namespace IoPkt.Stack.Tests.Tcp.Timers;

/// <summary>RFC 6069: a timeout that a message of unreachability explains isn't doubled.</summary>
public sealed class ConnectivityDisruptionTests
{
    private const byte Unreachable = 3;
    private const string Reverted = "retransmit timeouts not doubled because the peer was unreachable";

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void The_timer_is_not_doubled_while_the_peer_is_unreachable(byte code)
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench);
        bench.Write(socket, 100);
        peer.Expect("A", 1, 1, 100);
        for (int i = 0; i < 20; i++)
        {
            long timeout = socket.GetInfo().RetransmissionTimeout;
            Assert.InRange(timeout, 200_000, 250_000);
            bench.Wait((timeout / 1e6) + 0.001);
            bench.InjectIcmp(Unreachable, code, 0, peer.Expect("A", 1, 1, 100));
            bench.AssertNothingSent();
        }
        Assert.Equal(20, bench.Count(Reverted));
        peer.Send("A", 1, 101);
        Assert.Equal(0, socket.SendQueued);
    }

    [Fact]
    public void What_other_messages_say_leaves_it_doubled()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench);
        bench.Write(socket, 100);
        // About the first transmission: no timeout has been yet.
        bench.InjectIcmp(Unreachable, 1, 0, peer.Expect("A", 1, 1, 100));
        bench.Wait(0.3);
        WireSegment again = peer.Expect("A", 1, 1, 100);
        bench.InjectIcmp(Unreachable, 2, 0, again);
        bench.InjectIcmp(Unreachable, 13, 0, again);
        Assert.Equal(0, bench.Count(Reverted));
        Assert.InRange(socket.GetInfo().RetransmissionTimeout, 400_000, 500_000);
        // One message takes one doubling back, and no more.
        bench.Wait(0.5);
        bench.InjectIcmp(Unreachable, 1, 0, peer.Expect("A", 1, 1, 100));
        Assert.Equal(1, bench.Count(Reverted));
        Assert.InRange(socket.GetInfo().RetransmissionTimeout, 400_000, 500_000);
    }

    [Fact]
    public void The_connection_is_given_up_no_earlier_than_with_doubled_timeouts()
    {
        using TcpBench bench = new(static s => s.Retries = 5);
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench);
        bench.Write(socket, 100);
        peer.Expect("A", 1, 1, 100);
        double lasted = 0;
        for (; socket.State == TcpState.Established; lasted += 0.01)
        {
            bench.Wait(0.01);
            if (bench.HasSent)
                bench.InjectIcmp(Unreachable, 1, 0, bench.NextSent());
        }
        Assert.Equal(Errno.HostUnreachable, socket.TakeError());
        // 200 ms doubled five times: 12.6 s, and something for the round trip.
        Assert.InRange(lasted, 12.6, 14);
    }

    [Fact]
    public void A_neighbour_that_answers_again_is_found_in_seconds()
    {
        using TwoHosts net = new TwoHosts().Quiet();
        bool isGone = false;
        net.Wire.Filter = (_, _) => isGone ? WireVerdict.Drop : WireVerdict.Pass;
        TcpSocket listener = net.B.Stack.Tcp.CreateSocket(AddressFamily.Inet);
        TcpSocket client = net.A.Stack.Tcp.CreateSocket(AddressFamily.Inet);
        net.B.Step(_ =>
        {
            Assert.Equal(Errno.None, listener.Bind(new InetEndpoint(InetAddress.AnyIpv4, 80)));
            Assert.Equal(Errno.None, listener.Listen(1));
        });
        net.A.Step(_ => Assert.Equal(Errno.InProgress, client.Connect(new InetEndpoint(InetAddress.Parse("10.0.0.2"), 80))));
        net.Network.Run(0.1);
        isGone = true;
        Write(net, client);
        // Doubled, the timeouts would be a minute apart by now.
        net.Network.Run(300);
        Assert.Equal(TcpState.Established, client.State);
        Assert.Equal(100, client.SendQueued);
        isGone = false;
        net.Network.Run(7);
        Assert.Equal(0, client.SendQueued);
    }

    private static void Write(TwoHosts net, TcpSocket client) => net.A.Step(stack =>
    {
        Mbuf data = stack.Pool.GetChain(100)!;
        Assert.True(data.Append(new byte[100]));
        Assert.Equal(Errno.None, client.Send(data));
    });
}
