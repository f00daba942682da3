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

    public DeviceCounters Dropped { get; } = new();

    /// <summary>Whom to tell of new frames; <c>null</c>: the interface is down, and they're dropped.</summary>
    public void SetWake(Action? wake)
    {
        lock (_lock)
        {
            _wake = wake;
            if (wake is null)
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
            if (_wake is not null && _frames.Count + frames.Count <= Limit)
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
