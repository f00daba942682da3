namespace IoPkt.Daemon.Threads;

/// <summary>
/// What a device with a thread of its own has received and a packet thread hasn't taken yet. The device's thread only leaves frames here: it's a
/// stranger, which must never become the stack thread.
/// </summary>
internal sealed class DeviceInbox : IDeviceInput
{
    /// <summary>Frames that may wait. More are dropped and counted.</summary>
    public const int Limit = 1024;

    private readonly Lock _lock = new();
    private MbufQueue _frames;
    private Action? _wake;
    private bool _isOpen;

    public DeviceCounters Dropped { get; } = new();

    /// <summary>Frames are kept from now on, also those that come before there's somebody to tell.</summary>
    public void Open()
    {
        lock (_lock)
            _isOpen = true;
    }

    /// <summary>Whom to tell of new frames, and of those that wait already.</summary>
    public void SetWake(Action wake)
    {
        lock (_lock)
        {
            _wake = wake;
            if (_frames.IsEmpty)
                return;
        }
        wake();
    }

    /// <summary>The interface goes down: what waits, and what still comes, is dropped.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isOpen = false;
            _wake = null;
            Dropped.AddDrops(_frames.FreeAll());
        }
    }

    public void Deliver(ref MbufQueue frames)
    {
        if (frames.IsEmpty)
            return;
        Action? wake = null;
        lock (_lock)
        {
            if (_isOpen && _frames.Count + frames.Count <= Limit)
            {
                if (_frames.IsEmpty)
                    wake = _wake;
                _frames.Append(ref frames);
            }
        }
        wake?.Invoke();
        if (!frames.IsEmpty)
            Dropped.AddDrops(frames.FreeAll());
    }

    public void Take(ref MbufQueue frames)
    {
        lock (_lock)
            frames.Append(ref _frames);
    }
}
