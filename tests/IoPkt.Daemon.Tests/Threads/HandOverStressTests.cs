using System.Diagnostics;
using IoPkt.Daemon.Threads;
using Microsoft.Extensions.Logging.Abstractions;

namespace IoPkt.Daemon.Tests.Threads;

/// <summary>All kinds of threads at once, with a device that is now and then slower than the stack: nothing is lost, done twice, or left behind.</summary>
public sealed class HandOverStressTests : HandOverFixture
{
    private const int Posters = 4;

    private readonly int[] _next = new int[Posters];
    private int _inside;
    private int _overlaps;
    private int _disorder;
    private int _frames;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Work_runs_once_in_order_one_at_a_time_and_its_frames_leave_in_order(bool dedicated)
    {
        Queue.Sending = call =>
        {
            if (call % 16 == 0)
                Thread.Yield();
            if (call % 64 == 0)
                Thread.SpinWait(20_000);
        };
        using PacketThreads threads = new(new PacketThreadOptions(2) { DedicatedStackThread = dedicated }, Context, NullLogger<PacketThreads>.Instance);
        threads.Start();
        long start = Stopwatch.GetTimestamp();
        int[] posted = await Task.WhenAll(Enumerable.Range(0, Posters).Select(poster => Task.Run(async () =>
        {
            int count = 0;
            while (Stopwatch.GetElapsedTime(start) < TimeSpan.FromMilliseconds(500))
            {
                for (int burst = 0; burst < 50; burst++)
                    Post(poster, count++);
                // The threads must not outrun the stack for ever: what they have asked for is done before they go on.
                await Context.InvokeAsync(_ => 0).WaitAsync(TimeSpan.FromSeconds(30));
            }
            return count;
        })));
        threads.Stop();
        Assert.Equal(posted, _next);
        Assert.Equal(0, _overlaps);
        Assert.Equal(0, _disorder);
        Assert.Equal(0, Context.Faults);
        Assert.Equal(_frames, Queue.Sent.Count + Port.Dropped.Drops);
        Assert.All(Queue.Sent.Zip(Queue.Sent.Skip(1)), pair => Assert.True(pair.First < pair.Second));
    }

    private void Post(int poster, int number) => Context.Post(_ =>
    {
        if (Interlocked.Increment(ref _inside) != 1)
            _overlaps++;
        if (_next[poster]++ != number)
            _disorder++;
        Enqueue(_frames, 5);
        _frames += 5;
        Interlocked.Decrement(ref _inside);
    });
}
