using IoPkt.Stack.Tests.Tcp.Harness;
using Xunit;

namespace IoPkt.Stack.Tests.Tcp.Sending;

/// <summary>RFC 5681, section 4.1, and RFC 2861: a window that wasn't used for a while says less of the path the longer that was.</summary>
public sealed class IdleRestartTests
{
    [Theory]
    [InlineData("newreno")]
    [InlineData("cubic")]
    public void The_window_is_halved_for_each_timeout_that_passed_down_to_the_initial_one(string algorithm)
    {
        using TcpPath path = new();
        path.Client.Settings.CongestionControl = algorithm;
        path.Connect();
        path.Write(2_000_000);
        path.RunUntilReceived(2_000_000, 10);
        path.Run(0.06);
        int window = path.Info.CongestionWindow;
        long timeout = path.Info.RetransmissionTimeout;
        Assert.True(window > 40 * 1448, $"{window} bytes");
        // Less than a timeout: as it was.
        path.Write(1000);
        Assert.Equal(window, path.Info.CongestionWindow);
        path.Run(2.5 * timeout / 1e6);
        path.Write(1000);
        Assert.Equal(window / 4, path.Info.CongestionWindow);
        path.Run(100);
        path.Write(1000);
        Assert.Equal(14480, path.Info.CongestionWindow);
    }

    [Fact]
    public void A_burst_after_a_pause_is_no_larger_than_that()
    {
        using TcpPath path = new() { Recording = true };
        path.Connect();
        path.Write(2_000_000);
        path.RunUntilReceived(2_000_000, 10);
        path.Run(100);
        path.Packets.Clear();
        path.Write(2_000_000);
        Assert.Equal(10, path.Packets.Count);
    }
}
