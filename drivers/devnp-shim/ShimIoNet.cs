using IoPkt.Legacy;

namespace IoPkt.Drivers.Shim;

/// <summary>io-net for one legacy driver: its interfaces, and the packets on their way to it and from it.</summary>
internal sealed class ShimIoNet(MbufPool pool, ILegacyDriver driver) : IIoNet
{
    private readonly Lock _lock = new();
    private readonly NpktHandles _handles = new();
    private volatile ShimDevice[] _devices = [];
    private int _remaining;
    private bool _isComplete;

    public MbufPool Pool => pool;

    public int Register(ILegacyInterface registrant)
    {
        ArgumentNullException.ThrowIfNull(registrant);
        lock (_lock)
        {
            // The stack asks once for a driver's devices; io-net's drivers that find more later would need it to ask again.
            if (_isComplete)
                throw new InvalidOperationException("interfaces are registered while the driver initializes");
            _devices = [.. _devices, new ShimDevice(this, registrant)];
            return _devices.Length - 1;
        }
    }

    public Npkt? Allocate(int interfaceNumber, int size)
    {
        Mbuf? frame = pool.GetClusterFor(size);
        if (frame is not null)
            return _handles.Take(frame);
        _devices[interfaceNumber].ReceiveFailed();
        return null;
    }

    public void SendUp(int interfaceNumber, Npkt packet)
    {
        ArgumentNullException.ThrowIfNull(packet);
        _devices[interfaceNumber].Deliver(_handles.Give(packet));
    }

    public void Done(Npkt packet)
    {
        ArgumentNullException.ThrowIfNull(packet);
        _handles.Give(packet).Free();
    }

    internal Npkt Wrap(Mbuf frame) => _handles.Take(frame);

    /// <summary>The driver has initialized.</summary>
    internal IReadOnlyList<IDevice> Complete()
    {
        lock (_lock)
        {
            _isComplete = true;
            _remaining = _devices.Length;
        }
        if (_devices.Length == 0)
            driver.Dispose();
        return _devices;
    }

    /// <summary>The driver couldn't initialize: the threads that were to serve it end.</summary>
    internal void Abandon()
    {
        lock (_lock)
            _isComplete = true;
        foreach (ShimDevice device in _devices)
            device.StopThread();
    }

    /// <summary>An interface has gone; the driver goes with its last.</summary>
    internal void Released()
    {
        if (Interlocked.Decrement(ref _remaining) == 0)
            driver.Dispose();
    }
}
