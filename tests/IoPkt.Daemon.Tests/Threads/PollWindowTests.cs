using IoPkt.Daemon.Threads;

namespace IoPkt.Daemon.Tests.Threads;

/// <summary>How long a packet thread stays awake for what may come. Times are microseconds.</summary>
public sealed class PollWindowTests
{
    private const int Limit = 50;

    [Fact]
    public void It_sleeps_at_once_until_something_has_come_soon()
    {
        PollWindow window = default;
        Assert.Equal(0, window.At(1000));
        window.Came(Limit + 1, Limit);
        Assert.Equal(0, window.At(1000));
        window.Came(10, Limit);
        Assert.Equal(20, window.At(1000));
    }

    [Theory]
    [InlineData(0, PollWindow.Least)]
    [InlineData(1, PollWindow.Least)]
    [InlineData(20, 40)]
    [InlineData(40, Limit)]
    public void It_polls_twice_as_long_as_the_last_wait_within_its_bounds(int waited, int expected)
    {
        PollWindow window = default;
        window.Came(waited, Limit);
        Assert.Equal(expected, window.At(0));
    }

    [Fact]
    public void One_quick_answer_does_not_shorten_it()
    {
        PollWindow window = default;
        window.Came(20, Limit);
        window.Came(1, Limit);
        Assert.Equal(40, window.At(0));
    }

    [Fact]
    public void What_comes_late_halves_it_until_it_is_not_worth_it()
    {
        PollWindow window = default;
        window.Came(25, Limit);
        window.Came(1_000_000, Limit);
        Assert.Equal(25, window.At(0));
        window.Came(1_000_000, Limit);
        Assert.Equal(12, window.At(0));
        window.Came(1_000_000, Limit);
        Assert.Equal(0, window.At(0));
    }

    [Fact]
    public void Whoever_wants_the_processor_again_and_again_gets_it_for_longer_and_longer()
    {
        PollWindow window = default;
        window.Came(25, Limit);
        long now = 1_000_000;
        for (int pause = PollWindow.LeastPause; pause < PollWindow.LongestPause; pause *= 2)
        {
            window.Preempted(now);
            Assert.Equal(0, window.At(now + pause - 1));
            now += pause;
            Assert.Equal(Limit, window.At(now));
        }
        window.Preempted(now);
        Assert.Equal(Limit, window.At(now + PollWindow.LongestPause));
        now += 20 * PollWindow.LongestPause;
        window.Preempted(now);
        Assert.Equal(Limit, window.At(now + PollWindow.LeastPause));
    }
}
