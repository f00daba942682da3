using IoPkt.Daemon.Interfaces;
using IoPkt.Stack;

namespace IoPkt.Daemon.Threads;

/// <summary>
/// One queue of a device, between its packet thread, which receives, and the stack context, which leaves frames here to be transmitted.
/// </summary>
/// <remarks>
/// <para><em>Concurrency.</em> The transmit ring has one producer at a time, the thread inside the stack context, and one consumer at a time, the thread that has set
/// <see cref="_draining"/>. A thread that finds it set goes away: the consumer looks again after it has let go. So frames leave in the order in which the stack made them,
/// while nobody waits for anybody, and while another thread is inside the stack.</para>
/// <para>Frames that layer 2 passes on come from any packet thread, by <see cref="Forward"/>: they're appended to a list under a lock that nobody holds for longer than that,
/// and the consumer takes them with the rest.</para>
/// <para><see cref="_listed"/> says that the port is in the list of ports that somebody is about to drain. It's cleared when it has been taken off that, before draining, so a frame
/// that comes later either is still seen by that drain or lists the port again. Other reasons to send leave it alone: a port must not be in the list twice.</para>
/// </remarks>
internal sealed class QueuePort
{
    /// <summary>Frames that wait for the device; a power of two. More than that are dropped and counted, as by any interface queue.</summary>
    public const int RingSize = 4096;

    private const int TransmitBatch = 64;

    /// <summary>Bytes that are received at one time, so that they're still in the processor's cache when they're handed on, and small packets behind them don't wait for long.</summary>
    private const int ReceiveBytes = 256 * 1024;

    /// <summary>Frames between two looks at how many bytes there are.</summary>
    private const int ReceiveStep = 4;

    /// <summary>So many frames don't wait for the end of the batch that makes them: what is sent soon is still in the processor's cache, and the ring doesn't fill.</summary>
    private const int DrainMark = 32;

    /// <summary>Frames beyond which the stack makes no more before some have left. A ring that's longer is only delay: TCP can't tell it from the path.</summary>
    private const int Backlog = 4 * DrainMark;

    private readonly StackContext _context;
    private readonly Mbuf?[] _ring = new Mbuf?[RingSize];
    private readonly IDeviceQueue _queue;
    private readonly Action<string, Exception> _fault;
    private int _head;
    private int _tail;
    private int _draining;
    private int _listed;
    private volatile bool _open;
    private MbufQueue _outgoing;
    private readonly Lock _forwardLock = new();
    private MbufQueue _forwarded;
    private volatile bool _hasForwarded;

    /// <param name="context">Drains the port after the batches that filled it.</param>
    /// <param name="queue">The driver's side.</param>
    /// <param name="fault">Told of an exception from the driver, on whatever thread it happened.</param>
    public QueuePort(StackContext context, IDeviceQueue queue, Action<string, Exception> fault)
    {
        _context = context;
        _queue = queue;
        _fault = fault;
    }

    /// <summary>The interface in the stack; set before the first frame.</summary>
    public NetworkInterface Interface { get; set; } = null!;

    /// <summary>What to poll; −1: the device has an inbox instead.</summary>
    public int Descriptor => _queue.Descriptor;

    /// <summary>The packet thread that receives from it; −1: none does.</summary>
    public int Thread { get; set; } = -1;

    /// <summary>Where a device that has no descriptor leaves what it received.</summary>
    public DeviceInbox? Inbox { get; init; }

    /// <summary>Frames dropped because the ring was full or the queue closed.</summary>
    public DeviceCounters Dropped { get; } = new();

    /// <summary>Received frames dropped because the driver failed while it brought them.</summary>
    public DeviceCounters ReceiveDropped { get; } = new();

    public QueueReport Describe() =>
        new(_queue.Received, ReceiveDropped.Drops + (Inbox?.Dropped.Drops ?? 0), _queue.Transmitted, Dropped.Drops);

    public void ResetCounters()
    {
        foreach (DeviceCounters counters in (DeviceCounters[])[_queue.Received, _queue.Transmitted, Dropped, ReceiveDropped])
            counters.Reset();
        Inbox?.Dropped.Reset();
    }

    /// <summary>The next one of those that the thread inside will drain when it leaves.</summary>
    internal QueuePort? NextTransmitter;

    /// <summary>In the stack context: takes a frame for the device.</summary>
    public void Enqueue(Mbuf frame)
    {
        int tail = _tail;
        if (!_open || tail - Volatile.Read(ref _head) == RingSize)
        {
            Dropped.AddDrops(1);
            frame.Free();
            return;
        }
        _ring[tail & (RingSize - 1)] = frame;
        Volatile.Write(ref _tail, tail + 1);
        if (Interlocked.Exchange(ref _listed, 1) == 0)
            _context.AddTransmitter(this);
        if (tail + 1 - Volatile.Read(ref _head) < DrainMark)
            return;
        SendWaiting();
        if (IsBackedUp)
            _context.BackedUp(this);
    }

    /// <summary>Another thread is sending, and doesn't keep up with the stack.</summary>
    public bool IsBackedUp => Volatile.Read(ref _tail) - Volatile.Read(ref _head) > Backlog;

    /// <summary>On any thread: takes frames that another interface received, and sends them, unless another thread is sending.</summary>
    public void Forward(ref MbufQueue frames)
    {
        int refused = 0;
        lock (_forwardLock)
        {
            if (_open && _forwarded.Count + frames.Count <= RingSize)
            {
                _forwarded.Append(ref frames);
                _hasForwarded = true;
            }
            else
            {
                refused = frames.FreeAll();
            }
        }
        if (refused > 0)
            Dropped.AddDrops(refused);
        SendWaiting();
        _context.TakeOver(null);
    }

    /// <summary>Outside the stack context, for a port from its list of transmitters: sends what waits, unless another thread is doing so.</summary>
    public void Drain()
    {
        Interlocked.Exchange(ref _listed, 0);
        SendWaiting();
    }

    /// <summary>On the queue's packet thread: takes what the device has, up to a budget.</summary>
    /// <returns>Whether the driver kept its promises; if not, its interface is on its way down and the queue isn't to be polled.</returns>
    public bool Receive(ref MbufQueue frames, int budget)
    {
        if (!_open)
            return true;
        try
        {
            if (Inbox is { } inbox)
                inbox.Take(ref frames);
            else
                Receive(_queue, ref frames, budget);
            return true;
        }
#pragma warning disable CA1031 // A driver's exception takes its interface down and nothing else.
        catch (Exception e)
#pragma warning restore CA1031
        {
            ReceiveDropped.AddDrops(frames.FreeAll());
            _open = false;
            _fault("receive", e);
            return false;
        }
    }

    private static void Receive(IDeviceQueue queue, ref MbufQueue frames, int budget)
    {
        bool isAll = false;
        for (int left = budget, bytes = 0; left > 0 && bytes < ReceiveBytes && !isAll; left -= ReceiveStep)
        {
            MbufQueue taken = default;
            try
            {
                int step = Math.Min(left, ReceiveStep);
                isAll = queue.Receive(ref taken, step) < step;
            }
            finally
            {
                for (Mbuf? frame = taken.Head; frame is not null; frame = MbufQueue.Following(frame))
                    bytes += frame.Packet.Length;
                frames.Append(ref taken);
            }
        }
    }

    public void Open()
    {
        _open = true;
        Inbox?.Open();
    }

    /// <summary>Nothing more is handed to the device once this returns. It must not be polled any more.</summary>
    /// <exception cref="TimeoutException">The driver hangs in its transmit call.</exception>
    public async Task CloseAsync(TimeSpan patience, TimeProvider time)
    {
        _open = false;
        Inbox?.Close();
        long start = time.GetTimestamp();
        while (Interlocked.CompareExchange(ref _draining, 1, 0) != 0)
        {
            if (time.GetElapsedTime(start) > patience)
                throw new TimeoutException($"the driver hangs while it transmits");
            await Task.Delay(TimeSpan.FromMilliseconds(1), time).ConfigureAwait(false);
        }
        Send();
        Interlocked.Exchange(ref _draining, 0);
        SendWaiting();
        _context.TakeOver(null);
    }

    private void SendWaiting()
    {
        while (_hasForwarded || Volatile.Read(ref _head) != Volatile.Read(ref _tail))
        {
            if (Interlocked.CompareExchange(ref _draining, 1, 0) != 0)
                return;
            Send();
            Interlocked.Exchange(ref _draining, 0);
        }
    }

    /// <summary>The only consumer: moves the ring's frames to the device, or frees them when the queue is closed.</summary>
    private void Send()
    {
        int head = _head;
        int tail;
        while (head != (tail = Volatile.Read(ref _tail)))
        {
            int count = Math.Min(tail - head, TransmitBatch);
            for (int i = 0; i < count; i++, head++)
            {
                ref Mbuf? place = ref _ring[head & (RingSize - 1)];
                _outgoing.Enqueue(place!);
                place = null;
            }
            Volatile.Write(ref _head, head);
            TransmitOutgoing();
        }
        if (!_hasForwarded)
            return;
        lock (_forwardLock)
        {
            _hasForwarded = false;
            _outgoing.Append(ref _forwarded);
        }
        TransmitOutgoing();
    }

    private void TransmitOutgoing()
    {
        if (_open)
            TransmitToDevice();
        if (!_outgoing.IsEmpty)
            Dropped.AddDrops(_outgoing.FreeAll());
    }

    private void TransmitToDevice()
    {
        try
        {
            _queue.Transmit(ref _outgoing);
        }
#pragma warning disable CA1031
        catch (Exception e)
#pragma warning restore CA1031
        {
            _open = false;
            _fault("transmit", e);
        }
    }
}
