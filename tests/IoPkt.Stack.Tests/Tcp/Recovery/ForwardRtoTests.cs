using IoPkt.Stack.Tests.Tcp.Harness;
using Xunit;

namespace IoPkt.Stack.Tests.Tcp.Recovery;

/// <summary>F-RTO (RFC 5682) where there's nothing to tell by.</summary>
public sealed class ForwardRtoTests
{
    private const int Segment = 536;

    [Fact]
    public void Without_a_window_for_new_data_the_retransmissions_go_on()
    {
        using TcpBench bench = new();
        const int window = 4 * Segment + 100;
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench, window: window);
        bench.Write(socket, 6 * Segment);
        for (uint i = 0; i < 4; i++)
            peer.Expect("A", 1 + i * Segment, 1, Segment);
        bench.AssertNothingSent();
        bench.Wait(1);
        peer.Expect("A", 1, 1, Segment);
        bench.ForgetSent();
        // The window's edge stays where it was: there's room for 100 bytes, and that would be a silly segment.
        peer.Send("A", 1, 1 + Segment, window: window - Segment);
        peer.Expect("A", 1 + Segment, 1, Segment);
    }
}
