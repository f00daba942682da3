using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace IoPkt.Stack.Tests.Core;

public sealed class TimerQueueTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Clock _clock;
    private readonly TimerQueue _timers;

    public TimerQueueTests()
    {
        _clock = new Clock(_time);
        _timers = new TimerQueue(_clock);
    }

    [Fact]
    public void A_timer_runs_once_at_its_deadline_and_not_before()
    {
        int runs = 0;
        StackTimer timer = new(_timers, () => runs++);
        timer.ArmAfter(1500);
        Advance(1499);
        Assert.Equal(0, runs);
        Advance(1);
        Assert.Equal(1, runs);
        Assert.False(timer.IsArmed);
        Advance(1_000_000);
        Assert.Equal(1, runs);
        Assert.Equal(long.MaxValue, _timers.NextDeadline);
    }

    [Fact]
    public void Moving_later_moving_earlier_and_cancelling_hold()
    {
        List<string> ran = [];
        StackTimer a = new(_timers, () => ran.Add("a")), b = new(_timers, () => ran.Add("b")), c = new(_timers, () => ran.Add("c"));
        a.ArmAfter(100);
        b.ArmAfter(200);
        c.ArmAfter(300);
        a.ArmAfter(400); // later
        c.ArmAfter(150); // earlier
        b.Cancel();
        Advance(399);
        Assert.Equal(["c"], ran);
        Advance(1);
        Assert.Equal(["c", "a"], ran);
    }

    [Fact]
    public void A_timer_may_arm_itself_again_while_it_runs()
    {
        int runs = 0;
        StackTimer? timer = null;
        timer = new StackTimer(_timers, () =>
        {
            if (++runs < 5)
                timer!.ArmAfter(10);
        });
        timer.ArmAfter(10);
        for (int i = 0; i < 10; i++)
            Advance(10);
        Assert.Equal(5, runs);
    }

    /// <summary>Against the obvious model: whatever is armed, moved and cancelled, each step runs exactly the timers that are due.</summary>
    [Fact]
    public void Any_sequence_of_changes_runs_what_is_due()
    {
        Gen.Select(Gen.Int[0, 19], Gen.Int[0, 3], Gen.Int[0, 1000]).Array[1, 300].Sample(steps =>
        {
            FakeTimeProvider time = new();
            Clock clock = new(time);
            TimerQueue queue = new(clock);
            HashSet<int> ran = [];
            StackTimer[] timers = [.. Enumerable.Range(0, 20).Select(i => new StackTimer(queue, () => Assert.True(ran.Add(i))))];
            long?[] model = new long?[20];
            foreach ((int which, int action, int amount) in steps)
            {
                switch (action)
                {
                    case 0:
                        timers[which].Cancel();
                        model[which] = null;
                        break;
                    case 1:
                        time.Advance(TimeSpan.FromMicroseconds(amount));
                        clock.Refresh();
                        ran.Clear();
                        Assert.True(queue.NextDeadline <= (model.Min() ?? long.MaxValue));
                        queue.RunExpired();
                        Assert.Equal(Enumerable.Range(0, 20).Where(i => model[i] <= clock.Now).ToHashSet(), ran);
                        foreach (int i in ran)
                            model[i] = null;
                        break;
                    default:
                        timers[which].ArmAfter(amount);
                        model[which] = clock.Now + amount;
                        break;
                }
            }
        });
    }

    private void Advance(long microseconds)
    {
        _time.Advance(TimeSpan.FromMicroseconds(microseconds));
        _clock.Refresh();
        _timers.RunExpired();
    }
}
