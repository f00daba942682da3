using IoPkt.Daemon.Threads.Native;
using IoPkt.Stack;
using Microsoft.Extensions.Logging;

namespace IoPkt.Daemon.Threads;

/// <summary>The stack context: a combiner around one <see cref="NetworkStack"/>.</summary>
/// <remarks>
/// <para><em>Concurrency.</em> All of the state is one word, <see cref="_head"/>. It's <c>null</c> while nobody is inside; otherwise it's a list of waiting
/// work, newest first, that ends in <see cref="_inside"/> (somebody runs) or, for the moment between entering and taking the list, in <c>null</c>.</para>
/// <list type="bullet">
/// <item>Submitting pushes an item by compare and exchange. Exactly one thread can replace <c>null</c>: that thread has entered.</item>
/// <item>The thread inside exchanges the list for the bare <see cref="_inside"/>, and runs it, oldest first: work of one thread runs in the order in which that
/// thread submitted it.</item>
/// <item>It leaves by exchanging the bare <see cref="_inside"/> for <c>null</c>. If anything was pushed meanwhile, that exchange fails and the thread stays: so no
/// work is ever left behind with nobody inside.</item>
/// </list>
/// <para>While one thread is kept inside by others' work, its own queues mustn't starve: a packet thread gathers from them between two rounds. Any other thread has better
/// things to do. After <see cref="ForeignRounds"/> rounds it leaves the context <em>vacant</em>, which is inside with nobody there: a packet thread is woken to take it over, or
/// whoever submits next does.</para>
/// <para>It's left vacant, too, when a device's ring is backed up because another thread is still writing frames to it: that thread takes over when it's done, and till then
/// nobody makes more.</para>
/// <para>Items are pushed singly and taken all at once, so a list that looks the same (A-B-A) is the same. The exchanges are full fences: what one
/// thread did inside is seen by the next. All other fields but <see cref="_batchEnd"/> are touched only inside.</para>
/// <para>Frames are handed to <see cref="QueuePort"/>s inside and written to the devices after leaving, so that one thread's system calls
/// overlap with the next one's protocol work.</para>
/// </remarks>
internal sealed partial class StackContext : IStackContext, IDisposable
{
    /// <summary>Rounds that a thread of another kind runs for others.</summary>
    private const int ForeignRounds = 8;

    private static readonly TimeSpan FaultLogInterval = TimeSpan.FromSeconds(1);

    private readonly NetworkStack _stack;
    private readonly ILogger _logger;
    private readonly WorkItem _inside = new PostedWork(_ => { });
    private WorkItem? _head;
    private int _vacant;
    private volatile PacketThread? _successor;
    private volatile StackThread? _dedicated;

    private volatile Action<NetworkStack>[] _batchEnd = [];
    private QueuePort? _transmitters;
    private QueuePort? _backedUp;
    private long _armedDeadline = long.MaxValue;
    private long _lastFaultLogged;
    private long _faults;

    public StackContext(NetworkStack stack, ILogger<StackContext> logger)
    {
        _stack = stack;
        _logger = logger;
    }

    /// <summary>Fires when the stack has something to do though nothing arrives. Watched by the first packet thread, edge-triggered.</summary>
    public TimerDescriptor Timer { get; } = new();

    /// <summary>Exceptions that were caught inside.</summary>
    public long Faults => Volatile.Read(ref _faults);

    /// <summary>Who takes over what other threads leave; <c>null</c>: there's no packet thread.</summary>
    public PacketThread? Successor
    {
        set
        {
            _successor = value;
            Interlocked.MemoryBarrier();
        }
    }

    public void Post(Action<NetworkStack> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        Submit(new PostedWork(work));
    }

    public Task<T> InvokeAsync<T>(Func<NetworkStack, T> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        InvokedWork<T> item = new(work);
        Submit(item);
        return item.Completion;
    }

    public void AtBatchEnd(Action<NetworkStack> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        Action<NetworkStack>[] before, after;
        do
        {
            before = _batchEnd;
            after = [.. before, work];
        }
        while (Interlocked.CompareExchange(ref _batchEnd, after, before) != before);
    }

    /// <summary>Runs the item: now, with whatever else waits, or on the thread that is inside. It must not be in the queue already.</summary>
    /// <param name="item">The work.</param>
    /// <param name="thread">The packet thread that calls, or <c>null</c>.</param>
    public void Submit(WorkItem item, PacketThread? thread = null)
    {
        if (Add(item))
            Enter(thread);
        else
            TakeOver(thread);
    }

    /// <summary>Leaves an item in the queue.</summary>
    /// <returns>Whether nobody was inside: the caller is, now.</returns>
    internal bool Add(WorkItem item)
    {
        WorkItem? head;
        do
        {
            head = Volatile.Read(ref _head);
            item.Next = head;
        }
        while (Interlocked.CompareExchange(ref _head, item, head) != head);
        return head is null;
    }

    /// <summary>Enters if the context is vacant.</summary>
    internal void TakeOver(PacketThread? thread)
    {
        if (TryTakeOver())
            Enter(thread);
    }

    /// <summary>From now on one thread runs all work (<c>-D</c>); <c>null</c>: whoever submits it, again.</summary>
    internal void Dedicate(StackThread? thread) => _dedicated = thread;

    /// <summary>Nobody is inside but the caller: it goes on, or leaves that to the context's own thread.</summary>
    private void Enter(PacketThread? thread)
    {
        if (_dedicated is { } own)
            own.Wake();
        else
            RunQueued(thread);
    }

    public void Dispose() => Timer.Dispose();

    /// <summary>Inside only: frames wait in the port, which is to be drained when this thread leaves.</summary>
    internal void AddTransmitter(QueuePort port)
    {
        port.NextTransmitter = _transmitters;
        _transmitters = port;
    }

    /// <summary>Inside only: the port's ring is longer than it should be.</summary>
    internal void BackedUp(QueuePort port) => _backedUp = port;

    /// <summary>Inside only: the timer has fired, so nothing is armed any more.</summary>
    internal void TimerFired() => _armedDeadline = long.MaxValue;

    /// <summary>Inside only: something threw. What could throw once for each packet must not fill the log.</summary>
    internal void Fault(string where, Exception exception)
    {
        _faults++;
        long now = _stack.Clock.Now;
        if (_lastFaultLogged != 0 && now - _lastFaultLogged < FaultLogInterval.TotalMicroseconds)
            return;
        _lastFaultLogged = now;
        LogFault(_logger, where, _faults, exception);
    }

    /// <summary>Runs what is queued, and what is queued meanwhile. The caller has entered.</summary>
    internal void RunQueued(PacketThread? thread)
    {
        for (int round = 1; ; round++)
        {
            WorkItem? queued = Interlocked.Exchange(ref _head, _inside);
            RunBatch(OldestFirst(queued));
            QueuePort? transmitters = _transmitters;
            _transmitters = null;
            QueuePort? slow = _backedUp;
            _backedUp = null;
            bool left = !ArmTimer() && Interlocked.CompareExchange(ref _head, null, _inside) == _inside;
            Transmit(transmitters);
            if (left ? !TryTakeOver() : WaitForDevice(slow) || (thread is not { IsStopping: false } && round >= ForeignRounds && HandOver()))
                return;
            if (!left)
                thread?.Gather();
        }
    }

    private bool TryTakeOver() => Volatile.Read(ref _vacant) != 0 && Interlocked.Exchange(ref _vacant, 0) != 0;

    /// <returns>Whether this thread has left the context to one that is sending what a device's ring holds.</returns>
    private bool WaitForDevice(QueuePort? slow)
    {
        if (slow is not { IsBackedUp: true })
            return false;
        Interlocked.Exchange(ref _vacant, 1);
        // The sender may have finished before it could see that.
        return slow.IsBackedUp || !TryTakeOver();
    }

    /// <returns>Whether somebody else is inside now, or will be.</returns>
    private bool HandOver()
    {
        if (_dedicated is not null || _successor is not { } successor)
            return false;
        Interlocked.Exchange(ref _vacant, 1);
        successor.Wake();
        // It may have stopped before it could see that.
        return _successor is not null || !TryTakeOver();
    }

    private void RunBatch(WorkItem? item)
    {
        Guard("timers", static (stack, _) => stack.Begin());
        while (item is not null)
        {
            // It may be submitted again, by another thread, as soon as it has run.
            WorkItem? next = item.Next;
            try
            {
                item.Execute(_stack);
            }
#pragma warning disable CA1031 // A defect in one piece of work mustn't take the others with it.
            catch (Exception e)
#pragma warning restore CA1031
            {
                Fault("work", e);
            }
            item = next;
        }
        foreach (Action<NetworkStack> work in _batchEnd)
            Guard("the end of a batch", static (stack, work) => work!(stack), work);
        Guard("output", static (stack, _) => stack.End());
    }

    private void Guard(string where, Action<NetworkStack, Action<NetworkStack>?> step, Action<NetworkStack>? argument = null)
    {
        try
        {
            step(_stack, argument);
        }
#pragma warning disable CA1031
        catch (Exception e)
#pragma warning restore CA1031
        {
            Fault(where, e);
        }
    }

    /// <summary>The queue is pushed at its front: turns it round, and cuts off its end mark.</summary>
    private WorkItem? OldestFirst(WorkItem? newest)
    {
        WorkItem? reversed = null;
        for (WorkItem? item = newest; item is not null && item != _inside;)
        {
            WorkItem? older = item.Next;
            item.Next = reversed;
            reversed = item;
            item = older;
        }
        return reversed;
    }

    /// <returns>Whether something is due already, so that another batch must follow: lo0's packets come back this way.</returns>
    private bool ArmTimer()
    {
        long next = _stack.NextDeadline;
        if (next >= _armedDeadline)
            return false;
        _stack.Clock.Refresh();
        long remaining = next - _stack.Clock.Now;
        if (remaining <= 0)
            return true;
        _armedDeadline = next;
        Timer.Set(remaining);
        return false;
    }

    private static void Transmit(QueuePort? port)
    {
        while (port is not null)
        {
            // Drain lets the port be listed again, by whoever is inside by then.
            QueuePort? next = port.NextTransmitter;
            port.Drain();
            port = next;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The stack met an error in {Where} and went on ({Count} so far)")]
    private static partial void LogFault(ILogger logger, string where, long count, Exception exception);
}
