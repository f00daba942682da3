using Microsoft.Extensions.Logging;

namespace IoPkt.Daemon.Threads;

/// <summary>All packet threads (<c>-t</c>): device queues and clients' descriptors are spread over them.</summary>
internal sealed class PacketThreads : IPoller, IDisposable
{
    private readonly PacketThread[] _threads;
    private int _nextQueue = -1;

    /// <param name="count">At least 1.</param>
    /// <param name="context">Where they take their work.</param>
    /// <param name="logger">For what should never happen.</param>
    public PacketThreads(int count, StackContext context, ILogger<PacketThreads> logger)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        _threads = new PacketThread[count];
        for (int i = 0; i < count; i++)
            _threads[i] = new PacketThread(i, context, watchesTimer: i == 0, logger);
    }

    public int Count => _threads.Length;

    public void Start()
    {
        foreach (PacketThread thread in _threads)
            thread.Start();
    }

    /// <summary>The next thread for a device's queue, in turn; the queues of one device come to different threads.</summary>
    public PacketThread AssignQueue() => _threads[(int)((uint)Interlocked.Increment(ref _nextQueue) % (uint)_threads.Length)];

    public PollRegistration Add(int descriptor, IPollHandler handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        PacketThread least = _threads[0];
        foreach (PacketThread thread in _threads)
        {
            if (thread.Load < least.Load)
                least = thread;
        }
        return least.Add(descriptor, handler);
    }

    public void Remove(PollRegistration registration) => _threads[registration.Thread].Remove(registration);

    /// <summary>Ends all threads: nothing is received or called back when this returns.</summary>
    public void Stop()
    {
        foreach (PacketThread thread in _threads)
            thread.Stop();
    }

    public void Dispose()
    {
        Stop();
        foreach (PacketThread thread in _threads)
            thread.Dispose();
    }
}
