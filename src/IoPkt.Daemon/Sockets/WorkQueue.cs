using IoPkt.Stack;
using Microsoft.Extensions.Logging;

namespace IoPkt.Daemon.Sockets;

/// <summary>Something that a batch's events have given work to.</summary>
internal interface IPendingWork
{
    /// <summary>It's in the queue already. Set by the queue only.</summary>
    bool IsQueued { get; set; }

    /// <summary>Works, but no longer than its share.</summary>
    /// <returns>Whether there's more to do at once: it runs again in the next batch, after the others have had their turn.</returns>
    bool Run();

    /// <summary>A defect of ours was met in <see cref="Run"/>: this one is given up, so that the others go on.</summary>
    void GiveUp();
}

/// <summary>
/// What must be looked at before the batch ends, in order of arrival, each once: the round robin that keeps one busy socket from starving the rest. Used in the
/// stack context only.
/// </summary>
internal sealed class WorkQueue
{
    /// <summary>Work that waits for memory or descriptors is tried again so many microseconds later.</summary>
    private const long RetryInterval = 20_000;

    private readonly NetworkStack _stack;
    private readonly ILogger _logger;
    private readonly Queue<IPendingWork> _queue = new();
    private readonly List<IPendingWork> _waiting = [];
    private readonly StackTimer _retry;
    private readonly StackTimer _nextBatch;
    private long _lastBatch = -1;
    private bool _isRunning;

    public WorkQueue(NetworkStack stack, ILogger logger)
    {
        _stack = stack;
        _logger = logger;
        _retry = new StackTimer(stack.Timers, RetryWaiting);
        _nextBatch = new StackTimer(stack.Timers, static () => { });
    }

    public void Add(IPendingWork work)
    {
        if (work.IsQueued)
            return;
        work.IsQueued = true;
        _queue.Enqueue(work);
        // What protocols note while the batch's output is made comes too late for it.
        if (!_isRunning && _lastBatch == _stack.BatchNumber)
            RequireBatch();
    }

    /// <summary>Runs the work again a little later: it lacked memory or descriptors, whose return nobody announces.</summary>
    public void RunLater(IPendingWork work)
    {
        if (!_waiting.Contains(work))
            _waiting.Add(work);
        if (!_retry.IsArmed)
            _retry.ArmAfter(RetryInterval);
    }

    /// <summary>The end of a batch: everything that's queued gets its share.</summary>
    public void Run()
    {
        _isRunning = true;
        _lastBatch = _stack.BatchNumber;
        for (int count = _queue.Count; count > 0; count--)
        {
            IPendingWork work = _queue.Dequeue();
            work.IsQueued = false;
            if (Run(work))
                Add(work);
        }
        _isRunning = false;
        if (_queue.Count > 0)
            RequireBatch();
    }

    private bool Run(IPendingWork work)
    {
        try
        {
            return work.Run();
        }
        catch (Exception e)
        {
            _logger.WorkFailed(e);
            work.GiveUp();
            return false;
        }
    }

    /// <summary>A timer that's due at once makes another batch follow this one.</summary>
    private void RequireBatch() => _nextBatch.Arm(_stack.Clock.Now);

    private void RetryWaiting()
    {
        foreach (IPendingWork work in _waiting)
            Add(work);
        _waiting.Clear();
    }
}
