using IoPkt.Stack.Tests.Tcp.Harness;
using Xunit;

namespace IoPkt.Stack.Tests.Tcp.Recovery;

/// <summary>A receiver that drops what it reported, as RFC 2018, section 8, lets it, and as Linux does when its buffer is small for what its segments take.</summary>
public sealed class RenegingTests
{
    private const int Segment = 536;

    [Fact]
    public void What_was_taken_back_goes_out_at_once_and_what_is_still_reported_does_not()
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench, SegmentOptions.Join(SegmentOptions.SackPermitted));
        bench.Write(socket, 5 * Segment);
        bench.ForgetSent();
        // The first is missing; of the others the second and third are dropped for the fifth.
        peer.Send("A", 1, 1, options: Blocks(peer, 1, 3));
        peer.Send("A", 1, 1, options: Blocks(peer, 4, 5));
        bench.Wait(0.05);
        peer.Expect("A", 1, 1, Segment);
        bench.ForgetSent();
        peer.Send("A", 1, 1 + Segment, options: Blocks(peer, 4, 5));
        bench.Wait(0.05);
        List<uint> again = [];
        while (bench.HasSent)
            again.Add(bench.NextSent().Sequence - peer.StackIsn);
        Assert.Equal([1 + Segment, 1 + 2 * Segment], again);
        Assert.Equal(1, bench.Count("SACK blocks taken back by the peer"));
        Assert.Equal(0, bench.Count("retransmit timeouts"));
        peer.Send("A", 1, 1 + 5 * Segment);
        bench.AssertNothingSent();

        static byte[] Blocks(TcpPeer peer, uint from, uint to) =>
            SegmentOptions.Join(SegmentOptions.Sack(peer.StackIsn + 1 + from * Segment, peer.StackIsn + 1 + to * Segment));
    }
}
