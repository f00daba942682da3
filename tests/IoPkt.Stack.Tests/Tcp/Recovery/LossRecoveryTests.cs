using IoPkt.Stack.Tests.Tcp.Harness;
using Xunit;

namespace IoPkt.Stack.Tests.Tcp.Recovery;

/// <summary>Losses on a path of 50 ms, and how soon and with how little they're repaired.</summary>
public sealed class LossRecoveryTests
{
    private const int Size = 1448;

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void One_loss_costs_one_retransmission_and_no_timeout(bool sack, bool timestamps)
    {
        using TcpPath path = new();
        path.Client.Settings.Sack = sack;
        path.Client.Settings.Timestamps = timestamps;
        path.Fate = p => p.From == 0 && p.Sequence >= 30_000 && p.Sequence < 31_400 && !p.IsRetransmission ? null : 0;
        path.Connect();
        path.Write(200_000);
        double took = path.RunUntilReceived(200_000, 5);
        Assert.InRange(took, 0.1, 0.5);
        Assert.Equal(1, path.Client.Count("data packets retransmitted"));
        Assert.Equal(1, path.Client.Count("fast retransmits"));
        Assert.Equal(0, path.Client.Count("retransmit timeouts"));
    }

    [Fact]
    public void A_lost_tail_is_repaired_by_a_probe_long_before_the_timeout()
    {
        using TcpPath path = new();
        // All of the last three segments of ten.
        path.Fate = p => p.From == 0 && p.Sequence > 7 * Size && !p.IsRetransmission ? null : 0;
        path.Connect();
        path.Write(10 * Size);
        double took = path.RunUntilReceived(10 * Size, 5);
        // A round trip for the seven, two for the probe's timer, one for the probe's answer, one for the first retransmission's, and half of one for the second.
        Assert.InRange(took, 0.2, 0.29);
        Assert.Equal(1, path.Client.Count("tail loss probes sent"));
        Assert.Equal(0, path.Client.Count("retransmit timeouts"));
        Assert.Equal(3, path.Client.Count("data packets retransmitted"));
    }

    [Fact]
    public void A_loss_that_the_probe_itself_repairs_reduces_the_window()
    {
        using TcpPath path = new();
        path.Fate = p => p.From == 0 && p.Sequence == 1 + 9 * Size && !p.IsRetransmission ? null : 0;
        path.Connect();
        path.Write(10 * Size);
        path.RunUntilReceived(10 * Size, 5);
        path.Run(1);
        Assert.Equal(int.MaxValue, path.Info.SlowStartThreshold);
        path.Write(Size);
        path.Run(1);
        Assert.InRange(path.Info.SlowStartThreshold, 2 * Size, 20 * Size);
    }

    [Fact]
    public void A_probe_that_was_not_needed_costs_nothing()
    {
        using TcpPath path = new();
        // The acknowledgements of one round trip are lost.
        bool lost = false;
        path.Fate = p => p.From == 1 && lost && p.Length == 0 ? null : 0;
        path.Connect();
        lost = true;
        path.Write(10 * Size);
        path.Run(0.1);
        lost = false;
        path.Run(1);
        Assert.Equal(1, path.Client.Count("tail loss probes sent"));
        Assert.Equal(1, path.Client.Count("D-SACKs received"));
        Assert.Equal(0, path.Client.Count("retransmit timeouts"));
        Assert.Equal(int.MaxValue, path.Info.SlowStartThreshold);
    }

    [Fact]
    public void A_lost_retransmission_is_sent_again_without_a_timeout()
    {
        using TcpPath path = new();
        int copies = 0;
        path.Fate = p => p.From == 0 && p.Sequence <= 30_000 && p.Sequence + p.Length > 30_000 && ++copies <= 3 ? null : 0;
        path.Connect();
        path.Write(1_000_000);
        path.RunUntilReceived(1_000_000, 5);
        Assert.Equal(4, copies);
        Assert.Equal(3, path.Client.Count("data packets retransmitted"));
        Assert.Equal(0, path.Client.Count("retransmit timeouts"));
    }

    [Fact]
    public void Every_third_segment_of_a_window_is_repaired_in_a_few_round_trips()
    {
        using TcpPath path = new();
        bool lossy = false;
        int lost = 0;
        path.Fate = p => lossy && p.From == 0 && !p.IsRetransmission && p.Number % 3 == 0 && ++lost > 0 ? null : 0;
        path.Connect();
        path.Write(1_500_000);
        path.RunUntilReceived(500_000, 5);
        lossy = true;
        path.Run(0.05);
        lossy = false;
        double took = path.RunUntilReceived(1_500_000, 5);
        Assert.InRange(lost, 50, 300);
        Assert.InRange(path.Client.Count("data packets retransmitted"), lost, lost + 2);
        Assert.Equal(0, path.Client.Count("retransmit timeouts"));
        Assert.True(took < 0.8, $"it took {took} s");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_reported_beyond_a_gap_is_a_round_trip_too_but_not_if_it_was_sent_again(bool isSentAgain)
    {
        using TcpBench bench = new();
        (TcpPeer peer, TcpSocket socket) = TcpPeer.AcceptFrom(bench, SegmentOptions.Usual(mss: 1012));
        peer.TimestampValue = 1000;
        uint echo = peer.TimestampEcho;
        bench.Write(socket, 4000);
        // Before the probe, which is the last segment again, or after it.
        bench.Wait(isSentAgain ? 0.01 : 0.0015);
        Assert.Equal(isSentAgain ? 1 : 0, socket.GetInfo().TotalRetransmissions);
        long before = socket.GetInfo().RoundTrip;
        Assert.InRange(before, 0, 10);
        peer.Send("A", 1, 1, options: SegmentOptions.Join(SegmentOptions.Timestamps(1000, echo), SegmentOptions.Sack(peer.StackIsn + 3001, peer.StackIsn + 4001)));
        Assert.Equal(1000, socket.GetInfo().SackedBytes);
        Assert.InRange(socket.GetInfo().RoundTrip, isSentAgain ? before : 100, isSentAgain ? before : 1500);
    }

    [Fact]
    public void Without_sack_two_duplicates_let_two_new_segments_out()
    {
        // Slow enough for acknowledgements to come one by one.
        using TcpPath path = new() { Recording = true, Bandwidth = 10_000_000 };
        path.Client.Settings.Sack = false;
        path.Fate = p => p.From == 0 && p.Length > 0 && p.Sequence == 1 && !p.IsRetransmission ? null : 0;
        path.Connect();
        path.Write(40 * Size);
        path.RunUntilReceived(40 * Size, 5);
        List<PathPacket> data = path.Packets.FindAll(p => p.From == 0 && p.Length > 0);
        long firstAnswer = path.Packets.First(p => p.From == 1 && p.Acknowledgment == 1 && p.Time > data[0].Time).Time;
        // RFC 3042: segments 11 and 12 go out at the first two duplicates; at the third, the first goes again.
        Assert.Equal([1 + 10u * Size, 1 + 11u * Size, 1], data.FindAll(p => p.Time >= firstAnswer).ConvertAll(p => p.Sequence)[..3]);
    }

    [Fact]
    public void When_every_answer_is_lost_for_a_while_the_timer_brings_it_to_life()
    {
        using TcpPath path = new();
        bool dead = false;
        path.Fate = p => dead ? null : 0;
        path.Connect();
        path.Write(2_000_000);
        path.RunUntilReceived(300_000, 5);
        dead = true;
        path.Run(1.5);
        dead = false;
        path.RunUntilReceived(2_000_000, 6);
        Assert.InRange(path.Client.Count("retransmit timeouts"), 1, 4);
        Assert.Equal(0, path.Client.Count("retransmit timeouts undone"));
    }

    [Fact]
    public void Data_the_other_way_do_not_hide_what_is_missing()
    {
        using TcpPath path = new();
        path.Fate = p => p.Length > 0 && p.Number % 50 == 0 && !p.IsRetransmission ? null : 0;
        path.Connect();
        path.Write(3_000_000);
        path.Write(3_000_000, end: 1);
        path.RunUntil(() => path.Received[0] >= 3_000_000 && path.Received[1] >= 3_000_000, 30);
        Assert.Equal(0, path.Client.Count("retransmit timeouts"));
        Assert.Equal(0, path.Server.Count("retransmit timeouts"));
    }
}
