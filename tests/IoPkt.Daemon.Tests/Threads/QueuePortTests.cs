using IoPkt.Daemon.Threads;
using Microsoft.Extensions.Time.Testing;

namespace IoPkt.Daemon.Tests.Threads;

/// <summary>What becomes of the frames that the stack makes: sent in order, by one thread at a time, or dropped and counted.</summary>
public sealed class QueuePortTests : HandOverFixture
{
    private const int DrainMark = 32;

    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData(DrainMark - 1, 0)]
    [InlineData(DrainMark, DrainMark)]
    [InlineData(3 * DrainMark + 1, 3 * DrainMark)]
    public void Frames_wait_for_the_end_of_their_batch_unless_there_are_many(int frames, int sentInside)
    {
        int inside = -1;
        Context.Post(_ =>
        {
            Enqueue(0, frames);
            inside = Queue.Sent.Count;
        });
        Assert.Equal(sentInside, inside);
        Assert.Equal(Enumerable.Range(0, frames), Queue.Sent);
    }

    [Fact]
    public void A_full_ring_drops_the_newest_and_counts_them()
    {
        // The first frame has left the ring when the device gets it; the device is busy while the rest comes.
        Queue.Sending = call =>
        {
            if (call == 0)
                Context.Post(_ => Enqueue(1, QueuePort.RingSize + 10));
        };
        Context.Post(_ => Enqueue(0, 1));
        Assert.Equal(Enumerable.Range(0, QueuePort.RingSize + 1), Queue.Sent);
        Assert.Equal(10, Port.Dropped.Drops);
        Assert.All(Queue.Batches, count => Assert.InRange(count, 1, 64));
        Context.Post(_ => Enqueue(5000, 1));
        Assert.Equal(5000, Queue.Sent[^1]);
    }

    [Fact]
    public void Forwarded_frames_are_sent_by_whoever_sends()
    {
        Queue.Sending = call =>
        {
            if (call == 0)
                Forward(1, 3);
            Assert.Equal(call == 0 ? 0 : 1, Queue.Sent.Count);
        };
        Context.Post(_ => Enqueue(0, 1));
        Assert.Equal([0, 1, 2, 3], Queue.Sent);
        Queue.Sending = _ => { };
        Forward(4, 2);
        Assert.Equal([0, 1, 2, 3, 4, 5], Queue.Sent);
    }

    [Fact]
    public void Frames_to_forward_beyond_the_rings_size_are_dropped_and_counted()
    {
        Queue.Sending = call =>
        {
            if (call != 0)
                return;
            Forward(1, QueuePort.RingSize);
            Forward(9000, 5);
        };
        Context.Post(_ => Enqueue(0, 1));
        Assert.Equal(Enumerable.Range(0, QueuePort.RingSize + 1), Queue.Sent);
        Assert.Equal(5, Port.Dropped.Drops);
    }

    [Fact]
    public void Whoever_forwards_takes_over_what_waited_for_the_device()
    {
        bool later = false;
        Queue.Sending = call =>
        {
            if (call != 0)
                return;
            Context.Post(_ =>
            {
                Enqueue(1, 200);
                Context.Post(_ => later = true);
            });
            Assert.False(later);
        };
        Forward(0, 1);
        Assert.True(later);
        Assert.Equal(Enumerable.Range(0, 201), Queue.Sent);
    }

    [Fact]
    public void What_the_device_throws_closes_the_port_and_drops_what_it_held()
    {
        Queue.Sending = _ => throw new IOException();
        Context.Post(_ => Enqueue(0, 5));
        Assert.Equal(["transmit"], Faults);
        Assert.Equal(5, Port.Dropped.Drops);
        Context.Post(_ => Enqueue(5, 2));
        Forward(7, 2);
        Assert.Equal(9, Port.Dropped.Drops);
        Assert.Empty(Queue.Sent);
        Assert.Single(Queue.Batches);
        Assert.Equal(0, Context.Faults);
    }

    [Fact]
    public async Task Closing_waits_for_the_sender_and_drops_what_has_not_left()
    {
        Task? closed = null;
        Queue.Sending = _ =>
        {
            Context.Post(_ => Enqueue(1, 10));
            closed ??= Port.CloseAsync(TimeSpan.FromSeconds(1), _time);
            Assert.False(closed.IsCompleted);
        };
        Context.Post(_ => Enqueue(0, 1));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await closed!;
        Assert.Equal([0], Queue.Sent);
        Assert.Equal(10, Port.Dropped.Drops);
        // It can be opened again.
        Queue.Sending = _ => { };
        Port.Open();
        Context.Post(_ => Enqueue(20, 1));
        Assert.Equal([0, 20], Queue.Sent);
    }

    [Fact]
    public async Task A_driver_that_hangs_while_it_sends_is_told_of()
    {
        using ManualResetEventSlim sending = new(), release = new();
        Queue.Sending = _ =>
        {
            sending.Set();
            release.Wait(TestContext.Current.CancellationToken);
        };
        Task sender = Task.Run(() => Context.Post(_ => Enqueue(0, 1)), TestContext.Current.CancellationToken);
        sending.Wait(TestContext.Current.CancellationToken);
        Task closed = Port.CloseAsync(TimeSpan.FromMilliseconds(5), _time);
        while (!closed.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            await Task.Yield();
        }
        await Assert.ThrowsAsync<TimeoutException>(() => closed);
        release.Set();
        await sender;
    }

    private void Forward(int first, int count)
    {
        MbufQueue frames = default;
        for (int i = first; i < first + count; i++)
            frames.Enqueue(ScriptedQueue.Frame(Pool, i));
        Port.Forward(ref frames);
    }
}
