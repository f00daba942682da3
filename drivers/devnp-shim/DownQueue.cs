using IoPkt.Legacy;

namespace IoPkt.Drivers.Shim;

/// <summary>
/// Frames on their way down to a legacy driver, and the thread that hands them over: io-net's drivers may block when they send, and the stack's threads must not.
/// </summary>
internal sealed class DownQueue : IDisposable
{
    /// <summary>Frames that may wait; more are dropped and counted.</summary>
    private const int Limit = 1024;

    private readonly ShimIoNet _ioNet;
    private readonly ILegacyInterface _legacy;
    private readonly DeviceCounters _counters;
    private readonly object _lock = new();
    private readonly Thread _thread;
    private MbufQueue _frames;
    private Exception? _failure;
    private bool _isOpen;
    private bool _isSending;
    private bool _isEnding;

    public DownQueue(ShimIoNet ioNet, ILegacyInterface legacy, DeviceCounters counters)
    {
        _ioNet = ioNet;
        _legacy = legacy;
        _counters = counters;
        _thread = new Thread(Run) { Name = "io-net down", IsBackground = true };
        _thread.Start();
    }

    public void Open()
    {
        lock (_lock)
        {
            _isOpen = true;
            _failure = null;
        }
    }

    /// <summary>Drops what waits, and returns when the driver isn't sending any more.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isOpen = false;
            _counters.AddDrops(_frames.FreeAll());
            while (_isSending)
                Monitor.Wait(_lock);
        }
    }

    /// <summary>Takes all frames, without blocking.</summary>
    /// <exception cref="InvalidOperationException">The driver threw when it was handed a frame: whoever sends now takes the interface down.</exception>
    public void Add(ref MbufQueue frames)
    {
        lock (_lock)
        {
            if (_failure is { } failure)
            {
                _failure = null;
                _counters.AddDrops(frames.FreeAll());
                throw new InvalidOperationException($"the legacy driver failed to send: {failure.Message}");
            }
            if (_isOpen && _frames.Count + frames.Count <= Limit)
            {
                _frames.Append(ref frames);
                Monitor.PulseAll(_lock);
                return;
            }
        }
        _counters.AddDrops(frames.FreeAll());
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isEnding = true;
            Monitor.PulseAll(_lock);
        }
        _thread.Join();
        _counters.AddDrops(_frames.FreeAll());
    }

    private void Run()
    {
        while (Next() is { } frame)
        {
            int length = frame.Packet.Length;
            Npkt packet = _ioNet.Wrap(frame);
            Exception? failure = null;
            try
            {
                if (_legacy.SendDown(packet))
                    _counters.Add(1, length);
                else
                    _counters.AddErrors(1);
            }
#pragma warning disable CA1031 // It's passed on to the daemon, which takes the interface down.
            catch (Exception e)
#pragma warning restore CA1031
            {
                _counters.AddErrors(1);
                failure = e;
                if (ReferenceEquals(packet.Frame, frame))
                    _ioNet.Done(packet);
            }
            lock (_lock)
            {
                _isSending = false;
                _failure ??= failure;
                Monitor.PulseAll(_lock);
            }
        }
    }

    /// <returns><c>null</c>: it's over.</returns>
    private Mbuf? Next()
    {
        lock (_lock)
        {
            for (; ; )
            {
                if (_isEnding)
                    return null;
                if (_frames.TryDequeue(out Mbuf? frame))
                {
                    _isSending = true;
                    return frame;
                }
                Monitor.Wait(_lock);
            }
        }
    }
}
