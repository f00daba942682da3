using IoPkt.Stack.Tests.Tcp.Harness;
using Xunit;

namespace IoPkt.Stack.Tests.Tcp.Sending;

/// <summary>RFC 9293, section 3.7.4, in Minshall's form; TCP_NODELAY and TCP_CORK.</summary>
public sealed class NagleTests
{
    [Fact]
    public void A_small_segment_waits_while_another_is_unacknowledged()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench);
        bench.Write(socket, 10);
        peer.Expect("A", 1, 1, 10);
        bench.Write(socket, 20);
        bench.Write(socket, 30);
        bench.AssertNothingSent();
        peer.Send("A", 1, 11);
        Assert.True(peer.Expect("A", 11, 1, 50).IsPushed);
    }

    [Fact]
    public void It_does_not_wait_for_whole_segments_nor_do_they_for_it()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench);
        bench.Write(socket, 1000);
        peer.Expect("A", 1, 1, 536);
        peer.Expect("A", 537, 1, 464);
        // 464 are small and unacknowledged: whole segments go, and their rest waits.
        bench.Write(socket, 1100);
        peer.Expect("A", 1001, 1, 536);
        peer.Expect("A", 1537, 1, 536);
        bench.AssertNothingSent();
        peer.Send("A", 1, 1001);
        peer.Expect("A", 2073, 1, 28);
    }

    [Fact]
    public void TCP_NODELAY_sends_at_once_and_setting_it_sends_what_waits()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench);
        bench.Write(socket, 10);
        bench.Write(socket, 20);
        peer.Expect("A", 1, 1, 10);
        bench.AssertNothingSent();
        bench.Do(() => socket.NoDelay = true);
        peer.Expect("A", 11, 1, 20);
        bench.Write(socket, 5);
        peer.Expect("A", 31, 1, 5);
    }

    [Fact]
    public void The_FIN_takes_what_waits_with_it()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench);
        bench.Write(socket, 10);
        bench.Write(socket, 20);
        peer.Expect("A", 1, 1, 10);
        bench.Do(() => socket.Shutdown(SocketShutdown.Send));
        peer.Expect("FA", 11, 1, 20);
    }

    [Fact]
    public void TCP_CORK_lets_only_whole_segments_out_until_it_is_taken_off()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench, configure: static s => s.Cork = true);
        bench.Write(socket, 300);
        bench.AssertNothingSent();
        bench.Write(socket, 300);
        peer.Expect("A", 1, 1, 536);
        bench.AssertNothingSent();
        // No acknowledgement pulls it.
        peer.Send("A", 1, 537);
        bench.AssertNothingSent();
        bench.Do(() => socket.Cork = false);
        peer.Expect("A", 537, 1, 64);
    }

    [Fact]
    public void TCP_NODELAY_flushes_what_the_cork_holds_and_the_cork_stays()
    {
        // tcp(7): "setting this option forces an explicit flush of pending output, even if TCP_CORK is currently set".
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench, configure: static s => s.Cork = true);
        bench.Write(socket, 300);
        bench.AssertNothingSent();
        bench.Do(() => socket.NoDelay = true);
        peer.Expect("A", 1, 1, 300);
        bench.Write(socket, 100);
        bench.AssertNothingSent();
    }

    [Fact]
    public void A_cork_that_is_forgotten_lasts_200_ms()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench, configure: static s => s.Cork = true);
        bench.Write(socket, 300);
        bench.Wait(0.199);
        bench.AssertNothingSent();
        bench.Wait(0.002);
        peer.Expect("A", 1, 1, 300);
        peer.Send("A", 1, 301);
        bench.Write(socket, 10);
        bench.Wait(0.199);
        bench.AssertNothingSent();
        bench.Wait(0.002);
        peer.Expect("A", 301, 1, 10);
    }

    [Fact]
    public void The_200_ms_run_from_the_write_whatever_is_in_flight()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench, configure: static s => s.Cork = true);
        bench.Write(socket, 636);
        peer.Expect("A", 1, 1, 536);
        bench.Wait(0.15);
        peer.Send("A", 1, 537);
        bench.AssertNothingSent();
        bench.Wait(0.051);
        peer.Expect("A", 537, 1, 100);
    }

    [Fact]
    public void A_corked_socket_s_FIN_goes_out_with_the_rest()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench, configure: static s => s.Cork = true);
        bench.Write(socket, 300);
        bench.Do(socket.Close);
        peer.Expect("FA", 1, 1, 300);
    }
}
