using IoPkt.Stack.Tests.Tcp.Harness;
using Xunit;

namespace IoPkt.Stack.Tests.Tcp;

/// <summary>RFC 1122, section 4.2.3.9: what ICMP errors do to a connection, with RFC 5461 on connecting and RFC 5927 on forgeries.</summary>
public sealed class IcmpErrorTests
{
    private const byte Unreachable = 3, TimeExceeded = 11, ParameterProblem = 12;
    private const string Ignored = "ICMP messages ignored";

    [Theory]
    [InlineData(0, Errno.NetworkUnreachable)]
    [InlineData(1, Errno.HostUnreachable)]
    [InlineData(2, Errno.NoProtocolOption)]
    [InlineData(3, Errno.ConnectionRefused)]
    [InlineData(5, Errno.HostUnreachable)]
    [InlineData(9, Errno.HostUnreachable)]
    [InlineData(13, Errno.HostUnreachable)]
    public void An_attempt_to_connect_fails_at_once(byte code, Errno expected)
    {
        using TcpBench bench = new();
        TcpSocket socket = bench.Connect();
        bench.InjectIcmp(Unreachable, code, 0, bench.NextSent());
        Assert.Equal(TcpState.Closed, socket.State);
        Assert.Equal(SocketEvents.Closed, bench.EventsOf(socket) & SocketEvents.Closed);
        Assert.Equal(expected, socket.TakeError());
        bench.AssertNothingSent();
        bench.AssertNothingHeld();
    }

    [Theory]
    [InlineData(TimeExceeded)]
    [InlineData(ParameterProblem)]
    public void A_packet_that_one_router_lost_only_explains_a_later_timeout(byte type)
    {
        using TcpBench bench = new();
        TcpSocket socket = bench.Connect(configure: static s => s.SynRetries = 1);
        bench.InjectIcmp(type, 0, 0, bench.NextSent());
        Assert.Equal(TcpState.SynSent, socket.State);
        bench.Wait(10);
        Assert.Equal(TcpState.Closed, socket.State);
        Assert.Equal(Errno.HostUnreachable, socket.TakeError());
    }

    [Theory]
    [InlineData(Unreachable, 0, Errno.NetworkUnreachable)]
    [InlineData(Unreachable, 1, Errno.HostUnreachable)]
    [InlineData(Unreachable, 2, Errno.NoProtocolOption)]
    [InlineData(Unreachable, 3, Errno.ConnectionRefused)]
    [InlineData(TimeExceeded, 0, Errno.HostUnreachable)]
    [InlineData(ParameterProblem, 0, Errno.HostUnreachable)]
    public void An_established_connection_goes_on_and_the_error_explains_its_end(byte type, byte code, Errno expected)
    {
        using TcpBench bench = new(static s => s.Retries = 3);
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench);
        bench.Write(socket, 100);
        bench.InjectIcmp(type, code, 0, peer.Expect("A", 1, 1, 100));
        Assert.Equal(TcpState.Established, socket.State);
        bench.Wait(0.9);
        Assert.Equal(TcpState.Established, socket.State);
        bench.Wait(60);
        Assert.Equal(TcpState.Closed, socket.State);
        Assert.Equal(expected, socket.TakeError());
    }

    [Fact]
    public void An_error_is_forgotten_when_the_peer_is_heard_again()
    {
        using TcpBench bench = new(static s => s.Retries = 3);
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench);
        bench.Write(socket, 100);
        bench.InjectIcmp(Unreachable, 1, 0, peer.Expect("A", 1, 1, 100));
        peer.Send("A", 1, 101);
        bench.Write(socket, 100);
        bench.Wait(60);
        Assert.Equal(Errno.TimedOut, socket.TakeError());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(100)]
    [InlineData(1 << 30)]
    public void A_message_about_what_is_not_in_flight_is_ignored(int offset)
    {
        using TcpBench bench = new(static s => s.Retries = 3);
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench);
        bench.Write(socket, 100);
        byte[] quoted = [.. peer.Expect("A", 1, 1, 100).Bytes];
        TcpHeader header = new(quoted.AsSpan(20));
        header.Sequence += offset;
        bench.InjectIcmp(Unreachable, 1, 0, quoted);
        bench.InjectIcmp(Unreachable, 4, 600, quoted);
        Assert.Equal(2, bench.Count(Ignored));
        bench.AssertNothingSent();
        bench.Wait(60);
        Assert.Equal(Errno.TimedOut, socket.TakeError());
        Assert.Equal(0, bench.Stack.Ipv4.PathMtus.Count);
    }

    [Fact]
    public void A_message_for_no_connection_is_ignored()
    {
        using TcpBench bench = new();
        TcpSocket socket = bench.Connect();
        WireSegment syn = bench.NextSent();
        bench.Do(socket.Close);
        bench.InjectIcmp(Unreachable, 3, 0, syn);
        Assert.Equal(1, bench.Count(Ignored));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_half_open_connection_ends_by_an_error_about_its_SYN_ACK(byte code)
    {
        using TcpBench bench = new();
        TcpSocket listener = bench.Listen();
        TcpPeer peer = new(bench, 40000, 80);
        peer.Send("S", 0);
        byte[] answer = peer.Expect("SA", 0, 1).Bytes;
        byte[] forged = [.. answer];
        TcpHeader header = new(forged.AsSpan(20));
        header.Sequence += 1;
        bench.InjectIcmp(Unreachable, code, 0, forged);
        Assert.Equal(1, bench.Count(Ignored));
        bench.InjectIcmp(TimeExceeded, 0, 0, answer);
        Assert.Equal(1, listener.SynQueueLength);
        bench.InjectIcmp(Unreachable, code, 0, answer);
        Assert.Equal(0, listener.SynQueueLength);
        peer.Send("A", 1, 1);
        peer.Expect("R", 1);
        bench.AssertNothingHeld();
    }

    [Fact]
    public void TIME_WAIT_is_not_ended()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench);
        bench.Do(socket.Close);
        WireSegment fin = peer.Expect("FA", 1, 1);
        peer.Send("FA", 1, 2);
        bench.InjectIcmp(Unreachable, 3, 0, fin);
        Assert.Equal(TcpState.TimeWait, socket.State);
    }
}
