using IoPkt.Stack.Tests.Tcp.Harness;
using Xunit;

namespace IoPkt.Stack.Tests.Tcp.Recovery;

public sealed class PacingTests
{
    [Theory]
    [InlineData(20_000, false)]
    [InlineData(1_000_000, false)]
    [InlineData(100_000_000, true)]
    public void It_sends_at_the_rate_that_the_user_sets(long rate, bool offloads)
    {
        using TcpPath path = new(1500, offloads) { Delay = 2_000, Recording = true };
        path.Connect(s => s.Options.MaximumPacingRate = rate);
        path.Write(4 * rate);
        path.RunUntilReceived(rate, 5);
        double took = path.RunUntilReceived(4 * rate, 5);
        Assert.Equal(3.0, took, 0.2);
        // No more than two quanta of a millisecond at once, or what two segments make.
        long most = path.Packets.Where(p => p.From == 0 && p.Length > 0).GroupBy(p => p.Time).Max(g => g.Sum(p => (long)p.Length));
        Assert.InRange(most, 1, Math.Max(3 * rate / 1000, 5 * 1448));
    }

    [Fact]
    public void It_can_be_set_and_taken_off_in_between()
    {
        using TcpPath path = new() { Delay = 2_000 };
        path.Connect();
        path.ClientSocket.Options.MaximumPacingRate = 100_000;
        path.Write(10_000_000);
        path.Run(2);
        Assert.InRange(path.Received[1], 150_000, 260_000);
        path.ClientSocket.Options.MaximumPacingRate = 0;
        path.RunUntilReceived(10_000_000, 2);
    }

    [Fact]
    public void At_the_speed_of_a_local_network_segments_stay_large()
    {
        using TcpPath path = new(1500, offloads: true) { Delay = 25, Bandwidth = 10_000_000_000, Recording = true };
        path.Connect(s => s.SetCongestionControl("bbr"));
        path.Write(200_000_000);
        double took = path.RunUntilReceived(200_000_000, 2);
        Assert.True(200_000_000 * 8 / took > 8e9, $"{200_000_000 * 8 / took / 1e9} Gbit/s");
        Assert.True(path.Packets.FindAll(p => p.From == 0 && p.Length > 0).Average(p => p.Length) > 20_000);
    }
}
