using Microsoft.Extensions.Logging;

namespace IoPkt.Daemon.Threads;

/// <summary>All packet threads (<c>-t</c>): device queues and clients' descriptors are spread over them.</summary>
internal sealed class PacketThreads : IPoller, IDisposable
{
    private readonly StackThread? _stackThread;
    private readonly PacketThread[] _threads;
    private readonly StackContext _context;
    private int _nextQueue = -1;
    private bool _isStopped;
    private bool _isDisposed;

    /// <param name="options">How many, and how they're made.</param>
    /// <param name="context">Where they take their work.</param>
    /// <param name="logger">For what should never happen.</param>
    public PacketThreads(PacketThreadOptions options, StackContext context, ILogger<PacketThreads> logger)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Count, 1);
        _context = context;
        _stackThread = options.DedicatedStackThread ? new StackThread(() => context.RunQueued(null), options, logger) : null;
        _threads = new PacketThread[options.Count];
        for (int i = 0; i < options.Count; i++)
            _threads[i] = new PacketThread(i, context, watchesTimer: i == 0, options, Polling, logger);
    }

    public PollSettings Polling { get; } = new();

    public int Count => _threads.Length;

    public void Start()
    {
        if (_stackThread is not null)
        {
            _stackThread.Start();
            _context.Dedicate(_stackThread);
        }
        foreach (PacketThread thread in _threads)
            thread.Start();
        _context.Successor = _threads[0];
    }

    /// <summary>The next thread for a device's queue, in turn; the queues of one device come to different threads.</summary>
    public PacketThread AssignQueue() => _threads[(int)((uint)Interlocked.Increment(ref _nextQueue) % (uint)_threads.Length)];

    public PollRegistration Add(int descriptor, IPollHandler handler, int thread = -1)
    {
        ArgumentNullException.ThrowIfNull(handler);
        if (thread >= 0)
            return _threads[thread].Add(descriptor, handler);
        PacketThread least = _threads[0];
        foreach (PacketThread candidate in _threads)
        {
            if (candidate.Load < least.Load)
                least = candidate;
        }
        return least.Add(descriptor, handler);
    }

    public void Remove(PollRegistration registration) => _threads[registration.Thread].Remove(registration);

    /// <summary>Ends all threads: nothing is received or called back when this returns.</summary>
    public void Stop()
    {
        // The container disposes of it once for each service that it is.
        if (_isStopped)
            return;
        _isStopped = true;
        _context.Successor = null;
        // All of them first: one that is inside the stack context leaves once nobody brings it work.
        foreach (PacketThread thread in _threads)
            thread.RequestStop();
        foreach (PacketThread thread in _threads)
            thread.Stop();
        _context.Dedicate(null);
        _stackThread?.Stop();
        // What is still asked of the stack is done by whoever asks.
        _context.TakeOver(null);
    }

    /// <summary>The container knows this object by two names, and disposes of it by each.</summary>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        Stop();
        _stackThread?.Dispose();
        foreach (PacketThread thread in _threads)
            thread.Dispose();
    }
}
