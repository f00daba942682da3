using IoPkt.Stack.Tests.Tcp.Harness;
using Xunit;

namespace IoPkt.Stack.Tests.Tcp;

/// <summary>Connections share ephemeral ports as long as something else tells them apart, and when nothing does, connecting says so.</summary>
public sealed class PortExhaustionTests
{
    private const ushort First = 50000;
    private const int Count = 10;

    [Fact]
    public void When_all_are_used_to_one_destination_others_can_still_be_reached()
    {
        using TcpBench bench = new();
        Limit(bench);
        HashSet<ushort> ports = [.. Enumerable.Range(0, Count).Select(_ => bench.Connect(80).LocalEndpoint.Port)];
        Assert.Equal(Count, ports.Count);
        Assert.Equal(Errno.AddressNotAvailable, TryConnect(bench, TcpBench.PeerAddress, 80));
        for (int i = 0; i < Count; i++)
            Assert.Equal(Errno.InProgress, TryConnect(bench, TcpBench.PeerAddress, 81));
        Assert.Equal(Errno.AddressNotAvailable, TryConnect(bench, TcpBench.PeerAddress, 81));
        Assert.Equal(Errno.InProgress, TryConnect(bench, InetAddress.Parse("10.0.0.3"), 80));
    }

    [Fact]
    public void A_port_that_is_free_again_is_found()
    {
        using TcpBench bench = new();
        Limit(bench);
        List<TcpSocket> sockets = [.. Enumerable.Range(0, Count).Select(_ => bench.Connect(80))];
        ushort port = sockets[3].LocalEndpoint.Port;
        bench.Do(sockets[3].Close);
        Assert.Equal(port, bench.Connect(80).LocalEndpoint.Port);
        Assert.Equal(Errno.AddressNotAvailable, TryConnect(bench, TcpBench.PeerAddress, 80));
    }

    [Fact]
    public void A_port_that_a_listener_has_asked_for_is_left_to_it()
    {
        using TcpBench bench = new();
        Limit(bench);
        bench.Listen(First + 5);
        ushort[] ports = [.. Enumerable.Range(0, Count - 1).Select(_ => bench.Connect(80).LocalEndpoint.Port)];
        Assert.DoesNotContain((ushort)(First + 5), ports);
        Assert.Equal(Errno.AddressNotAvailable, TryConnect(bench, TcpBench.PeerAddress, 80));
    }

    [Fact]
    public void TIME_WAIT_holds_one_for_a_second_only_if_there_are_timestamps()
    {
        // RFC 6191, section 2, for our own connects.
        using TcpBench bench = new();
        Limit(bench);
        for (int i = 0; i < Count; i++)
        {
            (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench, SegmentOptions.Usual());
            peer.TimestampValue = 1000;
            bench.Do(socket.Close);
            peer.Expect("FA", 1, 1);
            peer.Send("FA", 1, 2);
            peer.Expect("A", 2, 2);
        }
        Assert.Equal(Count, bench.Tcp.TimeWaits.Count);
        Assert.Equal(Errno.AddressNotAvailable, TryConnect(bench, TcpBench.PeerAddress, 80));
        bench.Wait(1.1);
        for (int i = 0; i < Count; i++)
            Assert.Equal(Errno.InProgress, TryConnect(bench, TcpBench.PeerAddress, 80));
        Assert.Equal(0, bench.Tcp.TimeWaits.Count);
        Assert.Equal(Count, bench.Count("connections in TIME-WAIT reused"));
    }

    [Fact]
    public void Binding_to_any_port_fails_when_there_is_none()
    {
        using TcpBench bench = new();
        Limit(bench);
        for (int i = 0; i < Count; i++)
            bench.Do(() => Assert.Equal(Errno.None, bench.Create().Bind(InetEndpoint.Any(AddressFamily.Inet))));
        bench.Do(() => Assert.Equal(Errno.AddressInUse, bench.Create().Bind(InetEndpoint.Any(AddressFamily.Inet))));
    }

    private static void Limit(TcpBench bench)
    {
        bench.Stack.Ports.First = First;
        bench.Stack.Ports.Last = First + Count - 1;
    }

    private static Errno TryConnect(TcpBench bench, InetAddress address, ushort port)
    {
        TcpSocket socket = bench.Create();
        Errno error = Errno.None;
        bench.Do(() => error = socket.Connect(new InetEndpoint(address, port)));
        return error;
    }
}
