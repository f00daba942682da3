using CsCheck;
using IoPkt.Stack.Tests.Tcp.Harness;
using Xunit;

namespace IoPkt.Stack.Tests.Tcp;

/// <summary>The windows of both ends as arithmetic, whatever is offered, sent, acknowledged and read: RFC 9293, section 3.8.6, and RFC 7323, section 2.</summary>
public sealed class WindowProperties
{
    private const int Segment = 1000;

    /// <summary>RFC 9293, section 3.7.1: no step needs to be larger.</summary>
    private const int DefaultSegment = 536;

    /// <summary>Both SYNs have an MSS of 1000 and a scale: what this end's window is shifted by is the peer's, 5.</summary>
    private const int PeerScale = 5;

    private static byte[] Syn => SegmentOptions.Join(SegmentOptions.MaximumSegment(Segment), SegmentOptions.WindowScale(PeerScale));

    /// <summary>
    /// The offered window's right edge never moves left but by less than a scale unit, never promises more than the buffer has room for, and moves by a full segment or half the buffer or not at all.
    /// </summary>
    [Fact]
    public void The_offered_edge_moves_right_by_steps_and_stays_within_the_buffer() =>
        Gen.Select(Gen.Int[2000, 200_000], Gen.Select(Gen.Int[1, Segment], Gen.Int[0, 3000]).Array[1, 60]).Sample((buffer, steps) =>
        {
            using TcpBench bench = new(static s => s.ReceiveBufferAutotuning = false);
            (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench, Syn, s => s.Options.ReceiveBuffer = buffer);
            int scale = socket.GetInfo().ReceiveScale, unit = 1 << scale;
            long edge = 1 + Math.Min(buffer, 65535), received = 0, read = 0;
            foreach ((int length, int reading) in steps)
            {
                int allowed = (int)Math.Min(length, edge - 1 - received);
                if (allowed > 0)
                {
                    peer.Send("A", (uint)(1 + received), 1, allowed);
                    received += allowed;
                    Assert.Equal(received - read, socket.ReceiveAvailable);
                }
                read += bench.Read(socket, reading).Length;
                bench.Wait(0.3);
                while (bench.HasSent)
                {
                    WireSegment segment = bench.NextSent();
                    long now = segment.Acknowledgment - peer.Isn + ((long)segment.Window << scale), step = now - edge;
                    Assert.True(step > -unit, $"the edge went from {edge} to {now}");
                    Assert.True(now <= 1 + read + buffer + unit, $"the edge is {now}, with {read} read and a buffer of {buffer}");
                    Assert.True(step < 2 * unit || step + 2 * unit >= Math.Min(buffer / 2, DefaultSegment), $"the edge moves by {step}");
                    edge = Math.Max(edge, now);
                }
            }
        }, iter: 100, threads: 1);

    /// <summary>
    /// Nothing is sent beyond the furthest edge that was offered, whatever is offered later; what's less than a full segment is sent when it's all there is, when it's half of the largest window, or after
    /// the override timeout; and all of it arrives.
    /// </summary>
    [Fact]
    public void What_is_sent_keeps_to_the_usable_window_and_isn_t_silly() =>
        Gen.Select(Gen.Int[1, 40_000], Gen.Int[0, 400].Array[1, 40]).Sample((total, windows) =>
        {
            using TcpBench bench = new();
            (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench, Syn, window: 0);
            bench.Write(socket, total);
            int una = 1, next = 1, edge = 1, largest = 0;
            // A window that's large enough ends it.
            foreach (int window in (int[])[.. windows, 65535])
            {
                int offered = window << PeerScale;
                edge = Math.Max(edge, una + offered);
                largest = Math.Max(largest, offered);
                for (int turn = 0; turn < 100 && una + offered > next && una <= total; turn++)
                {
                    peer.Send("A", 1, (uint)una, window: window);
                    edge = Math.Max(edge, una + offered);
                    double waited = 0;
                    if (!bench.HasSent)
                        bench.Wait(waited = 0.25);
                    while (bench.HasSent)
                    {
                        WireSegment segment = bench.NextSent();
                        int start = (int)(segment.Sequence - peer.StackIsn), end = start + segment.Data.Length;
                        Assert.True(end <= Math.Max(edge, start), $"bytes {start} to {end} go beyond {edge}");
                        Assert.True(segment.Data.Length is 0 or Segment || end == total + 1 || segment.Data.Length >= largest / 2 || waited > 0,
                            $"{segment.Data.Length} bytes of {total} at {start}, with a window of {offered} and {largest} before");
                        next = Math.Max(next, end);
                    }
                    una = next;
                }
            }
            peer.Send("A", 1, (uint)una, window: 65535);
            Assert.Equal(total + 1, next);
            Assert.Equal(0, socket.SendQueued);
        }, iter: 100, threads: 1);
}
