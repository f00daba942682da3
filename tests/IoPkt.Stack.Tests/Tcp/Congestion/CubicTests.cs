using Xunit;

namespace IoPkt.Stack.Tests.Tcp.Congestion;

public sealed class CubicTests
{
    private const int Size = 1448;

    [Theory]
    [InlineData(1000, 0.1)]
    [InlineData(4000, 0.05)]
    public void After_a_loss_the_window_follows_the_cubic_function(int segments, double roundTrip)
    {
        Cubic cubic = new(Size) { Window = segments * Size };
        SteadyPath path = new(cubic, (long)(roundTrip * 1e6));
        path.Lose();
        Assert.Equal(0.7 * segments, cubic.Window / (double)Size, 1.0);
        double k = Math.Cbrt(segments * 0.3 / 0.4);
        for (double t = 0; t < 1.5 * k; t += roundTrip)
        {
            path.Round();
            double expected = 0.4 * Math.Pow(t + roundTrip - k, 3) + segments;
            Assert.Equal(expected, cubic.Window / (double)Size, 0.03 * segments);
        }
    }

    [Fact]
    public void On_a_short_path_it_grows_like_reno()
    {
        // RFC 9438, section 4.3: on average no slower than Reno, which gains a segment a round trip. α is 0.53 until the old window is reached again, then 1.
        Cubic cubic = new(Size) { Window = 20 * Size };
        SteadyPath path = new(cubic, 2000);
        path.Lose();
        int rounds = 0;
        while (cubic.Window < 20 * Size)
        {
            path.Round();
            rounds++;
        }
        Assert.InRange(rounds, 9, 13);
        int before = cubic.Window;
        for (int i = 0; i < 10; i++)
            path.Round();
        Assert.InRange(cubic.Window - before, 8 * Size, 11 * Size);
    }

    [Fact]
    public void Losses_at_a_shrinking_window_give_room_to_others()
    {
        Cubic cubic = new(Size) { Window = 1000 * Size };
        SteadyPath path = new(cubic, 100_000);
        path.Lose();
        path.Lose();
        // Fast convergence: the curve's plateau is at 700 * 0.85, not at 700.
        path.Run(Math.Cbrt((595 - 490) / 0.4) + 2);
        Assert.InRange(cubic.Window / Size, 580, 610);
    }

    [Fact]
    public void An_application_that_pauses_finds_the_curve_where_it_left_it()
    {
        Cubic busy = new(Size) { Window = 1000 * Size }, lazy = new(Size) { Window = 1000 * Size };
        SteadyPath first = new(busy, 100_000), second = new(lazy, 100_000);
        first.Lose();
        second.Lose();
        first.Run(5);
        second.Run(5);
        int before = lazy.Window;
        second.Run(60, isWindowLimited: false);
        Assert.Equal(before, lazy.Window);
        first.Run(1);
        second.Run(1);
        Assert.Equal(busy.Window / (double)Size, lazy.Window / (double)Size, 5.0);
    }

    [Fact]
    public void A_spurious_loss_leaves_no_trace()
    {
        Cubic cubic = new(Size) { Window = 1000 * Size }, other = new(Size) { Window = 1000 * Size };
        SteadyPath path = new(cubic, 100_000), same = new(other, 100_000);
        path.Lose();
        same.Lose();
        path.Run(3);
        same.Run(3);
        cubic.OnCongestion(CongestionSignal.Timeout, path.Now, cubic.Window);
        Assert.Equal(Size, cubic.Window);
        cubic.Undo(path.Now);
        path.Run(3);
        same.Run(3);
        Assert.Equal(other.Window, cubic.Window);
        Assert.Equal(other.SlowStartThreshold, cubic.SlowStartThreshold);
    }

    [Theory]
    [InlineData(1, 600)]
    [InlineData(100, 36_000)]
    [InlineData(1_000_000, 36_000)]
    public void No_time_and_no_window_makes_it_overflow(long roundTripMilliseconds, double seconds)
    {
        Cubic cubic = new(65000) { Window = CongestionControl.MaximumWindow };
        SteadyPath path = new(cubic, roundTripMilliseconds * 1000);
        path.Lose();
        for (int i = 0; i < 3; i++)
        {
            path.Round();
            path.Run(0.001);
        }
        // As if nothing had been acknowledged for hours.
        path.RoundTrip = (long)(seconds * 1e6);
        path.Round();
        Assert.InRange(cubic.Window, 65000, CongestionControl.MaximumWindow);
        path.Lose();
        Assert.InRange(cubic.Window, 65000, CongestionControl.MaximumWindow);
    }

    [Fact]
    public void Marks_cost_less_than_losses()
    {
        Cubic cubic = new(Size) { Window = 1000 * Size };
        cubic.OnCongestion(CongestionSignal.ExplicitNotification, 1, cubic.Window);
        Assert.Equal(850 * Size, cubic.SlowStartThreshold);
        NewReno reno = new(Size) { Window = 1000 * Size };
        reno.OnCongestion(CongestionSignal.ExplicitNotification, 1, reno.Window);
        Assert.Equal(800 * Size, reno.SlowStartThreshold);
    }

    [Fact]
    public void Idleness_halves_the_window_for_each_timeout()
    {
        Cubic cubic = new(Size) { Window = 1000 * Size };
        SteadyPath path = new(cubic, 100_000);
        path.Lose();
        cubic.OnIdle(path.Now, 650_000, 200_000);
        Assert.Equal(700 * Size / 8.0, cubic.Window, 1.0);
        Assert.Equal(700 * Size, (double)cubic.SlowStartThreshold, 1.0);
        cubic.OnIdle(path.Now, 3600_000_000, 200_000);
        Assert.Equal(10 * Size, cubic.Window);
    }
}
