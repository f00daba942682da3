using IoPkt.Stack.Tests.Tcp.Harness;
using Xunit;

namespace IoPkt.Stack.Tests.Tcp.Recovery;

public sealed class ReorderingTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void On_a_path_that_reorders_a_little_nothing_is_sent_twice_for_long(bool timestamps)
    {
        using TcpPath path = new();
        path.Client.Settings.Timestamps = timestamps;
        // A quarter of the round trip of 50 ms is the reordering window.
        path.Fate = p => p.From == 0 && p.Length > 0 && p.Number % 20 == 0 ? 8_000 : 0;
        path.Connect();
        path.Write(20_000_000);
        path.RunUntilReceived(2_000_000, 20);
        long before = path.Client.Count("data packets retransmitted");
        Assert.InRange(before, 0, 10);
        path.RunUntilReceived(20_000_000, 20);
        Assert.Equal(before, path.Client.Count("data packets retransmitted"));
        // Every twentieth segment was late, and an acknowledgement tells of one or more of them.
        Assert.InRange(path.Info.Reorderings, 100, 20_000_000 / 1448 / 20 + 1);
    }

    [Fact]
    public void A_larger_displacement_widens_the_window_by_duplicate_reports()
    {
        using TcpPath path = new();
        path.Fate = p => p.From == 0 && p.Length > 0 && p.Number % 50 == 0 ? 30_000 : 0;
        path.Connect();
        path.Write(200_000_000);
        path.RunUntilReceived(100_000_000, 100);
        Assert.InRange(path.Client.Count("D-SACKs received"), 1, 500);
        long before = path.Client.Count("data packets retransmitted");
        path.RunUntilReceived(200_000_000, 100);
        Assert.InRange(path.Client.Count("data packets retransmitted") - before, 0, 20);
    }

    [Fact]
    public void A_recovery_for_nothing_is_undone()
    {
        using TcpPath path = new();
        // One segment takes 20 ms longer: three later ones overtake it.
        path.Fate = p => p.From == 0 && p.Sequence <= 70_000 && p.Sequence + p.Length > 70_000 && !p.IsRetransmission ? 20_000 : 0;
        path.Connect();
        path.Write(600_000);
        path.RunUntilReceived(600_000, 5);
        path.Run(0.2);
        Assert.Equal(1, path.Client.Count("fast retransmits"));
        Assert.Equal(1, path.Client.Count("fast recoveries undone"));
        Assert.Equal(int.MaxValue, path.Info.SlowStartThreshold);
    }

    [Fact]
    public void Without_timestamps_the_duplicate_report_undoes_it()
    {
        using TcpPath path = new();
        path.Client.Settings.Timestamps = false;
        path.Fate = p => p.From == 0 && p.Sequence <= 70_000 && p.Sequence + p.Length > 70_000 && !p.IsRetransmission ? 20_000 : 0;
        path.Connect();
        path.Write(3_000_000);
        path.RunUntilReceived(3_000_000, 5);
        Assert.Equal(1, path.Client.Count("fast retransmits"));
        Assert.Equal(1, path.Client.Count("fast recoveries undone"));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void A_pause_of_the_path_is_no_congestion(bool sack, bool timestamps)
    {
        using TcpPath path = new();
        path.Client.Settings.Sack = sack;
        path.Client.Settings.Timestamps = timestamps;
        bool pause = false;
        long until = 0;
        path.Fate = p => pause ? until - p.Time : 0;
        path.Connect();
        path.Write(20_000_000);
        path.RunUntilReceived(1_000_000, 5);
        int window = path.Info.CongestionWindow;
        pause = true;
        until = path.Now + 700_000;
        path.Run(0.7);
        pause = false;
        path.RunUntilReceived(6_000_000, 10);
        Assert.InRange(path.Client.Count("retransmit timeouts"), 1, 2);
        if (path.Client.Count("retransmit timeouts undone") > 0)
        {
            Assert.True(path.Info.CongestionWindow >= window);
            Assert.InRange(path.Client.Count("data packets retransmitted"), 1, 3);
        }
        else
        {
            // Several timeouts, no SACK and no timestamps: there's no telling.
            Assert.False(sack || timestamps);
        }
    }
}
