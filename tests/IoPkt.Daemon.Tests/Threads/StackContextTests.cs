using IoPkt.Daemon.Threads;
using IoPkt.Daemon.Threads.Native;
using IoPkt.Stack;
using Microsoft.Extensions.Logging.Abstractions;

namespace IoPkt.Daemon.Tests.Threads;

/// <summary>Who runs the stack, for how long, and to whom it's left. One thread plays all parts, so that each order of events is the one that the test means.</summary>
public sealed class StackContextTests : HandOverFixture
{
    /// <summary>The rounds that a thread of another kind runs for others.</summary>
    private const int ForeignRounds = 8;

    private int _rounds;

    [Fact]
    public void Work_from_inside_runs_before_the_thread_leaves_in_the_order_of_submission()
    {
        List<int> order = [];
        Context.Post(_ =>
        {
            Context.Post(_ => order.Add(2));
            Context.Post(_ => order.Add(3));
            order.Add(1);
        });
        Assert.Equal([1, 2, 3], order);
    }

    [Fact]
    public void An_exception_is_counted_and_keeps_nothing_else_from_running()
    {
        List<int> order = [];
        Context.AtBatchEnd(_ => order.Add(0));
        Context.Post(_ =>
        {
            Context.Post(_ => throw new InvalidOperationException());
            Context.Post(_ => order.Add(1));
        });
        Assert.Equal([0, 1, 0], order);
        Assert.Equal(1, Context.Faults);
    }

    [Fact]
    public void Without_a_packet_thread_whoever_is_inside_finishes()
    {
        Context.Post(Rounds(100));
        Assert.Equal(100, _rounds);
    }

    [Fact]
    public void Another_thread_leaves_the_context_vacant_after_some_rounds_and_the_next_to_submit_takes_over()
    {
        Context.Successor = IdleThread();
        Context.Post(Rounds(2 * ForeignRounds + 2));
        Assert.Equal(ForeignRounds, _rounds);
        int before = 0;
        Context.Post(_ => before = _rounds);
        // The new work came after the one that was left, and in the same round.
        Assert.Equal(ForeignRounds + 1, before);
        Assert.Equal(2 * ForeignRounds, _rounds);
        Context.TakeOver(null);
        Assert.Equal(2 * ForeignRounds + 2, _rounds);
        // Nobody left it vacant this time.
        Context.TakeOver(null);
        Assert.Equal(2 * ForeignRounds + 2, _rounds);
    }

    [Fact]
    public void The_successor_is_woken_to_take_over()
    {
        using PacketThreads threads = new(new PacketThreadOptions(1), Context, NullLogger<PacketThreads>.Instance);
        threads.Start();
        List<string?> names = [];
        using ManualResetEventSlim done = new();
        Context.Post(Repeat(4 * ForeignRounds, () => names.Add(Thread.CurrentThread.Name), done.Set));
        Assert.True(done.Wait(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken), $"only {_rounds} rounds have run");
        // A packet thread has no limit: it goes on to the end.
        Assert.Equal(3 * ForeignRounds, names.Count(n => n == "packet-0"));
        Assert.All(names[..ForeignRounds], n => Assert.NotEqual("packet-0", n));
    }

    [Fact]
    public void A_packet_thread_that_is_kept_inside_gathers_from_its_own_descriptors()
    {
        PacketThread thread = IdleThread();
        Context.Successor = thread;
        using EventDescriptor descriptor = new();
        Readiness readiness = new(() => _rounds);
        PollRegistration registration = thread.Add(descriptor.Number, readiness);
        Context.Submit(new PostedWork(Repeat(100, () =>
        {
            if (_rounds == 50)
                descriptor.Signal();
        })), thread);
        Assert.Equal(100, _rounds);
        // Writable when it was added; readable after the fiftieth round, and told in the next.
        Assert.Equal(2, readiness.Rounds.Count);
        Assert.InRange(readiness.Rounds[1], 50, 52);
        thread.Remove(registration);
    }

    [Fact]
    public void A_packet_thread_that_is_stopping_hands_over_like_any_other()
    {
        PacketThread stopping = IdleThread();
        stopping.RequestStop();
        Context.Successor = IdleThread();
        Context.Submit(new PostedWork(Rounds(100)), stopping);
        Assert.Equal(ForeignRounds, _rounds);
        // Nobody is left to take over: whoever comes stays.
        Context.Successor = null;
        Context.TakeOver(stopping);
        Assert.Equal(100, _rounds);
    }

    [Fact]
    public void A_dedicated_thread_is_the_only_one_inside_and_hands_over_to_nobody()
    {
        using StackThread dedicated = new(() => throw new InvalidOperationException("it's never started"), new PacketThreadOptions(1), NullLogger.Instance);
        Context.Successor = IdleThread();
        Context.Dedicate(dedicated);
        Context.Post(Rounds(100));
        Context.TakeOver(null);
        Assert.Equal(0, _rounds);
        Context.RunQueued(null);
        Assert.Equal(100, _rounds);
    }

    [Fact]
    public void While_a_sender_lags_behind_no_more_work_runs_until_it_has_caught_up()
    {
        int more = 0, moreDuringTransmit = -1;
        Queue.Sending = call =>
        {
            if (call != 0)
                return;
            Context.Post(_ =>
            {
                Enqueue(1, 200);
                Context.Post(_ => more++);
            });
            moreDuringTransmit = more;
        };
        // The batch has ended when its frame is sent; what comes meanwhile enters, as another thread's work would.
        Context.Post(_ => Enqueue(0, 1));
        Assert.Equal(0, moreDuringTransmit);
        Assert.Equal(1, more);
        Assert.Equal(Enumerable.Range(0, 201), Queue.Sent);
    }

    [Fact]
    public void A_short_ring_keeps_nobody_from_running()
    {
        int more = 0, moreDuringTransmit = -1;
        Queue.Sending = call =>
        {
            if (call != 0)
                return;
            Context.Post(_ =>
            {
                Enqueue(1, 100);
                Context.Post(_ => more++);
            });
            moreDuringTransmit = more;
        };
        Context.Post(_ => Enqueue(0, 1));
        Assert.Equal(1, moreDuringTransmit);
        Assert.Equal(Enumerable.Range(0, 101), Queue.Sent);
    }

    private Action<NetworkStack> Rounds(int rounds) => Repeat(rounds, () => { });

    /// <summary>Work that asks for itself again, once a round.</summary>
    private Action<NetworkStack> Repeat(int rounds, Action each, Action? last = null)
    {
        void Work(NetworkStack stack)
        {
            _rounds++;
            each();
            if (_rounds < rounds)
                Context.Post(Work);
            else
                last?.Invoke();
        }
        return Work;
    }

    private sealed class Readiness(Func<int> round) : IPollHandler
    {
        public List<int> Rounds { get; } = [];

        public void OnReady(PollEvents events) => Rounds.Add(round());
    }
}
