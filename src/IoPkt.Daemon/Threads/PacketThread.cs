using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using IoPkt.Daemon.Threads.Native;
using Microsoft.Extensions.Logging;

namespace IoPkt.Daemon.Threads;

/// <summary>
/// One packet thread: it waits for its share of the device queues and of the clients' descriptors, receives outside the stack context, sends on
/// what the fast path knows, and takes the rest there.
/// </summary>
internal sealed partial class PacketThread : IDisposable
{
    /// <summary>Frames that one queue may bring before the others have their turn. Queues are level-triggered, so the rest comes with the next wait.</summary>
    private const int ReceiveBudget = 64;

    /// <summary>Batches that may wait for the stack context. When all of them do, the thread waits too, and the devices' own queues fill.</summary>
    private const int BatchCount = 4;

    private const uint LevelTriggered = (uint)PollEvents.Readable;

    private readonly int _index;
    private readonly StackContext _context;
    private readonly int? _priority;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly PollSettings _polling;
    private readonly Epoll _epoll = new();
    private readonly EventDescriptor _wake = new();
    private readonly PollTable _table = new();
    private readonly ConcurrentQueue<Action> _commands = new();
    private readonly List<(QueuePort Port, ulong Key)> _queues = [];
    private readonly SemaphoreSlim _freeBatches = new(BatchCount);
    private readonly PacketBatch[] _batches = new PacketBatch[BatchCount];
    private readonly object _wakeTarget = new();
    private readonly object _timerTarget = new();
    private readonly Thread _thread;
    private int _nextBatch;
    private PollWindow _window;
    private long _preemptions;
    private volatile bool _stopping;

    public PacketThread(int index, StackContext context, bool watchesTimer, PacketThreadOptions options, PollSettings polling, ILogger logger)
    {
        _index = index;
        _context = context;
        _priority = options.Priority;
        _logger = logger;
        _time = options.Time;
        _polling = polling;
        for (int i = 0; i < BatchCount; i++)
            _batches[i] = new PacketBatch(context, _freeBatches);
        _epoll.Add(_wake.Number, LevelTriggered | Epoll.EdgeTriggered, _table.Add(_wakeTarget));
        if (watchesTimer)
            _epoll.Add(context.Timer.Number, LevelTriggered | Epoll.EdgeTriggered, _table.Add(_timerTarget));
        _thread = new Thread(Run, options.StackSize) { Name = $"packet-{index}", IsBackground = true };
    }

    /// <summary>Descriptors watched, by which clients are spread over the threads.</summary>
    public int Load => _table.Count;

    public bool IsStopping => _stopping;

    public void Start() => _thread.Start();

    public void RequestStop()
    {
        _stopping = true;
        _wake.Signal();
    }

    /// <summary>Waits until the thread, which has been asked to, has ended.</summary>
    public void Stop()
    {
        if (_thread.IsAlive)
            _thread.Join();
    }

    public void Dispose()
    {
        _epoll.Dispose();
        _wake.Dispose();
        _freeBatches.Dispose();
    }

    /// <exception cref="System.ComponentModel.Win32Exception">The host refuses to watch the descriptor.</exception>
    public PollRegistration Add(int descriptor, IPollHandler handler)
    {
        const uint events = (uint)(PollEvents.Readable | PollEvents.Writable | PollEvents.ReadHangUp) | Epoll.EdgeTriggered;
        ulong key = _table.Add(new PollSlot(descriptor, handler));
        int slot = (int)(uint)key;
        try
        {
            _epoll.Add(descriptor, events, key);
        }
        catch
        {
            _table.Remove(slot);
            throw;
        }
        return new PollRegistration(_index, descriptor, slot);
    }

    public void Remove(PollRegistration registration)
    {
        if (_table.Remove(registration.Slot) is not PollSlot slot)
            return;
        slot.MarkRemoved();
        _epoll.Remove(slot.Descriptor);
    }

    /// <summary>Begins to receive from a queue.</summary>
    public Task AddQueueAsync(QueuePort port) => RunAsync(() =>
    {
        ulong key = _table.Add(port);
        _queues.Add((port, key));
        port.Thread = _index;
        if (port.Inbox is { } inbox)
            inbox.SetWake(_wake.Signal);
        else
            _epoll.Add(port.Descriptor, LevelTriggered, key);
    });

    /// <summary>Receives no more from a queue: when the task is done, the driver isn't inside its receive call, and won't be.</summary>
    public Task RemoveQueueAsync(QueuePort port) => RunAsync(() =>
    {
        port.Inbox?.Close();
        RemoveQueue(port);
    });

    private void RemoveQueue(QueuePort port)
    {
        int index = _queues.FindIndex(q => q.Port == port);
        if (index < 0)
            return;
        if (port.Inbox is null)
            _epoll.Remove(port.Descriptor);
        _table.Remove((int)(uint)_queues[index].Key);
        _queues.RemoveAt(index);
    }

    private Task RunAsync(Action command)
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _commands.Enqueue(() =>
        {
            try
            {
                command();
                done.SetResult();
            }
#pragma warning disable CA1031 // It's the caller's.
            catch (Exception e)
#pragma warning restore CA1031
            {
                done.SetException(e);
            }
        });
        _wake.Signal();
        return done.Task;
    }

    private void Run()
    {
        if (_priority is { } priority && !RealTimePriority.TrySet(priority, out string reason))
            LogPriority(_logger, priority, _index, reason);
        while (!_stopping)
        {
            try
            {
                Dispatch(Wait());
            }
#pragma warning disable CA1031 // Whatever it was, the thread's other descriptors still need it.
            catch (Exception e)
#pragma warning restore CA1031
            {
                LogLoop(_logger, _index, e);
            }
        }
    }

    /// <summary>Waits for events, at first awake if that's worth it.</summary>
    private int Wait()
    {
        // A real-time thread that polls would let nobody else have the processor, and couldn't tell.
        int limit = _priority is null ? _polling.Limit : 0;
        long start = Now(), now = start, end = start + Math.Min(_window.At(start), limit);
        int count = 0;
        while (now < end && count == 0)
        {
            count = _epoll.Poll();
            now = Now();
        }
        if (now - start >= PollWindow.Least)
            CheckPreemption(now);
        if (count > 0)
        {
            _polling.CountFound();
        }
        else
        {
            count = _epoll.Wait();
            now = Now();
            _polling.CountSlept();
        }
        _window.Came(now - start, limit);
        return count;
    }

    private void CheckPreemption(long now)
    {
        long preemptions = LibC.InvoluntarySwitches();
        if (preemptions == _preemptions)
            return;
        _preemptions = preemptions;
        _window.Preempted(now);
        _polling.CountPreempted();
    }

    private long Now() => _time.GetTimestamp() / (_time.TimestampFrequency / 1_000_000);

    /// <summary>
    /// For the time in which others' work keeps this thread inside the stack context: takes what its own queues and descriptors have meanwhile, without waiting, and
    /// leaves it with the rest. Otherwise they would starve for as long as the others are busy.
    /// </summary>
    public void Gather()
    {
        if (!_freeBatches.Wait(0))
            return;
        PacketBatch batch = _batches[_nextBatch];
        if (Fill(batch, _epoll.Poll()))
            _context.Add(batch);
    }

    /// <summary>Makes the thread look whether the stack context waits to be taken over.</summary>
    public void Wake() => _wake.Signal();

    // Not inlined: while the thread waits, its stack mustn't keep alive what the last batch dealt with.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Dispatch(int count)
    {
        // A thread's batches are run in the order in which it submits them, so the one that has waited longest is the one that's free.
        _freeBatches.Wait();
        PacketBatch batch = _batches[_nextBatch];
        if (Fill(batch, count))
            _context.Submit(batch, this);
        else
            _context.TakeOver(this);
    }

    /// <returns>Whether there's anything in the batch; if not, it's free again.</returns>
    private bool Fill(PacketBatch batch, int count)
    {
        for (int i = 0; i < count; i++)
        {
            switch (_table.Find(_epoll.Data(i)))
            {
                case PollSlot slot:
                    batch.AddReady(slot, _epoll.Events(i));
                    break;
                case QueuePort port:
                    Receive(batch, port);
                    break;
                case object target when target == _timerTarget:
                    batch.AddTimer();
                    break;
                case object target when target == _wakeTarget:
                    RunCommands();
                    ReceiveFromInboxes(batch);
                    break;
            }
        }
        if (batch.IsEmpty)
        {
            _freeBatches.Release();
            return false;
        }
        _nextBatch = (_nextBatch + 1) % BatchCount;
        return true;
    }

    private void Receive(PacketBatch batch, QueuePort port)
    {
        MbufQueue frames = default;
        if (!port.Receive(ref frames, ReceiveBudget))
        {
            RemoveQueue(port);
            return;
        }
        if (!frames.IsEmpty)
            port.Interface.Stack.Ipv4.FastForwarder.Take(port.Interface, ref frames);
        if (!frames.IsEmpty)
            batch.AddInput(port.Interface, ref frames);
    }

    private void ReceiveFromInboxes(PacketBatch batch)
    {
        for (int i = _queues.Count - 1; i >= 0; i--)
        {
            if (_queues[i].Port is not { Inbox: not null } port)
                continue;
            if (batch.InputFull)
            {
                _wake.Signal();
                return;
            }
            Receive(batch, port);
        }
    }

    private void RunCommands()
    {
        while (_commands.TryDequeue(out Action? command))
            command();
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "rx_prio={Priority}: packet-{Index}: the host refuses real-time priorities ({Reason}; CAP_SYS_NICE or a limit of rtprio is needed); ordinary scheduling is used")]
    private static partial void LogPriority(ILogger logger, int priority, int index, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Packet thread {Index} met an error and went on")]
    private static partial void LogLoop(ILogger logger, int index, Exception exception);
}
