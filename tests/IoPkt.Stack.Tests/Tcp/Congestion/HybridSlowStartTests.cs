using Xunit;

namespace IoPkt.Stack.Tests.Tcp.Congestion;

public sealed class HybridSlowStartTests
{
    private const int Size = 1448;

    [Fact]
    public void While_round_trips_stay_the_window_doubles()
    {
        Cubic cubic = new(Size);
        SteadyPath path = new(cubic, 50_000);
        for (int round = 1; round <= 8; round++)
        {
            path.Round();
            Assert.Equal(10 * Size << round, cubic.Window);
        }
    }

    [Fact]
    public void A_growing_round_trip_ends_it_after_five_careful_rounds()
    {
        Cubic cubic = new(Size);
        SteadyPath path = new(cubic, 50_000);
        for (int round = 0; round < 4; round++)
            path.Round();
        path.RoundTrip = 60_000;
        path.Round();
        // Its first eight samples show the growth; from then on the window grows by a quarter.
        Assert.InRange(cubic.Window / Size, 160 + 8 + 152 / 4 - 4, 160 + 8 + 152 / 4 + 4);
        Assert.True(cubic.IsInSlowStart);
        for (int round = 0; round < 5; round++)
            path.Round();
        Assert.False(cubic.IsInSlowStart);
        Assert.InRange(cubic.Window / Size, 206 * 2.3, 206 * 2.5 * 1.25);
    }

    [Fact]
    public void If_the_delay_was_chance_it_goes_on()
    {
        Cubic cubic = new(Size);
        SteadyPath path = new(cubic, 50_000);
        for (int round = 0; round < 4; round++)
            path.Round();
        path.RoundTrip = 60_000;
        path.Round();
        path.RoundTrip = 50_000;
        path.Round();
        int before = cubic.Window;
        path.Round();
        Assert.Equal(2 * before, cubic.Window);
    }
}
