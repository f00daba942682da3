using IoPkt.Stack.Tests.Tcp.Harness;
using Xunit;

namespace IoPkt.Stack.Tests.Tcp.Recovery;

/// <summary>100 Mbit/s and 50 ms: what each algorithm makes of it.</summary>
public sealed class ThroughputTests(ITestOutputHelper output)
{
    private const long Bandwidth = 100_000_000;

    [Theory]
    [InlineData("cubic", 0, 85)]
    [InlineData("cubic", 0.001, 10)]
    [InlineData("cubic", 0.01, 2.5)]
    [InlineData("cubic", 0.05, 0.5)]
    [InlineData("newreno", 0, 60)]
    [InlineData("newreno", 0.01, 2)]
    [InlineData("bbr", 0, 85)]
    [InlineData("bbr", 0.001, 85)]
    [InlineData("bbr", 0.01, 70)]
    [InlineData("bbr", 0.05, 1)]
    public void Random_loss(string algorithm, double loss, double atLeast)
    {
        Random random = new(5);
        // A queue of one bandwidth-delay product.
        using TcpPath path = new() { Bandwidth = Bandwidth, QueueBytes = 625_000 };
        path.Fate = p => p.From == 0 && random.NextDouble() < loss ? null : 0;
        path.Connect(s => s.SetCongestionControl(algorithm));
        path.Write(long.MaxValue);
        path.Run(20);
        double rate = path.Received[1] * 8 / 20.0 / 1e6;
        output.WriteLine($"{algorithm} {loss:P1}: {rate:F2} Mbit/s, {path.Client.Count("retransmit timeouts")} timeouts ({path.Client.Count("retransmit timeouts undone")} undone), "
            + $"{path.Client.Count("data packets retransmitted")} retransmissions, {path.Client.Count("fast recoveries undone")} recoveries undone, {path.Client.Count("tail loss probes sent")} probes, "
            + $"queue {path.GreatestQueueDelay / 1000} ms, {path.Info.CongestionWindow / 1448} cwnd");
        Assert.True(rate >= atLeast, $"{rate:F2} Mbit/s");
    }

    [Fact]
    public void Bbr_keeps_the_queue_short_once_it_knows_the_path()
    {
        using TcpPath path = new() { Bandwidth = Bandwidth, QueueBytes = 5_000_000 };
        path.Connect(s => s.SetCongestionControl("bbr"));
        path.Write(long.MaxValue);
        path.Run(4);
        path.GreatestQueueDelay = 0;
        long before = path.Received[1];
        path.Run(15);
        Assert.True((path.Received[1] - before) * 8 / 15.0 > 0.85 * Bandwidth);
        Assert.InRange(path.GreatestQueueDelay, 0, 60_000);
        Assert.Equal(0, path.Client.Count("data packets retransmitted"));
    }

    [Fact]
    public void HyStart_leaves_slow_start_before_the_queue_overflows()
    {
        using TcpPath path = new() { Bandwidth = Bandwidth, QueueBytes = 8_000_000 };
        path.Connect();
        path.Write(20_000_000);
        path.RunUntil(() => path.Info.SlowStartThreshold != int.MaxValue, 3);
        Assert.Equal(0, path.Client.Count("data packets retransmitted"));
        Assert.InRange(path.Info.CongestionWindow, 600_000, 7_000_000);
    }

    [Fact]
    public void An_algorithm_can_be_changed_in_the_middle()
    {
        Random random = new(5);
        using TcpPath path = new() { Bandwidth = Bandwidth, QueueBytes = 300_000 };
        path.Fate = p => p.From == 0 && random.NextDouble() < 0.001 ? null : 0;
        path.Connect();
        path.Write(long.MaxValue);
        foreach (string name in (string[])["bbr", "newreno", "cubic", "bbr", "reno"])
        {
            path.Run(3);
            long before = path.Received[1];
            Assert.Equal(Errno.None, path.ClientSocket.SetCongestionControl(name));
            path.Run(1);
            Assert.True(path.Received[1] - before > 500_000, $"{name}: {path.Received[1] - before}");
            Assert.InRange(path.Info.CongestionWindow, 1448, 20_000_000);
        }
        Assert.Equal(Errno.NoEntry, path.ClientSocket.SetCongestionControl("vegas"));
    }

    [Fact]
    public void Requests_and_responses_keep_the_window_that_they_use()
    {
        using TcpPath path = new();
        path.Connect();
        for (int i = 1; i <= 12; i++)
        {
            path.Write(200_000);
            path.RunUntilReceived(i * 200_000, 5);
            path.Run(0.06);
        }
        // 200,000 bytes fit one flight by now: half a round trip.
        path.Write(200_000);
        Assert.InRange(path.RunUntilReceived(13 * 200_000, 5), 0.02, 0.04);
        // What was never used isn't there.
        Assert.InRange(path.Info.CongestionWindow, 200_000, 800_000);
    }
}
