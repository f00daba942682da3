using IoPkt.Legacy;

namespace IoPkt.Drivers.Shim;

/// <summary>An interface of a legacy driver, as the stack sees it: one queue, and a thread that hands frames down.</summary>
internal sealed class ShimDevice : IDeliveringDevice, IDeviceQueue
{
    private readonly ShimIoNet _ioNet;
    private readonly ILegacyInterface _legacy;
    private readonly DownQueue _down;
    private bool _isOpen;

    public ShimDevice(ShimIoNet ioNet, ILegacyInterface legacy)
    {
        _ioNet = ioNet;
        _legacy = legacy;
        _down = new DownQueue(ioNet, legacy, Transmitted);
        Queues = [this];
    }

    /// <summary>io-net's name for every Ethernet interface.</summary>
    public string NamePrefix => "en";

    public MacAddress Address => _legacy.Address;

    public int Mtu => _legacy.Mtu;

    public InterfaceFlags Flags => InterfaceFlags.Broadcast | InterfaceFlags.Simplex | InterfaceFlags.Multicast;

    public DeviceCapabilities ReceiveCapabilities => DeviceCapabilities.None;

    public DeviceCapabilities TransmitCapabilities => DeviceCapabilities.None;

    public LinkState LinkState => _legacy.LinkState;

    public string Media => _legacy.Media;

    public IReadOnlyList<IDeviceQueue> Queues { get; }

    public IDeviceInput? Input { get; set; }

    public int Descriptor => -1;

    public DeviceCounters Received { get; } = new();

    public DeviceCounters Transmitted { get; } = new();

    public void Start()
    {
        _legacy.Open();
        _isOpen = true;
        _down.Open();
    }

    public void Stop()
    {
        if (!_isOpen)
            return;
        _isOpen = false;
        _down.Close();
        _legacy.Close();
    }

    public void SetMtu(int mtu)
    {
        if (mtu != _legacy.Mtu)
            throw new ArgumentOutOfRangeException(nameof(mtu), $"a legacy driver's MTU is fixed when it starts; this one's is {_legacy.Mtu}");
    }

    /// <summary>Legacy drivers pass up whatever arrives, and have no filter that could be opened wider.</summary>
    public void SetReceiveMode(bool promiscuous, bool allMulticast)
    {
    }

    /// <summary>Frames come by <see cref="Input"/>.</summary>
    public int Receive(ref MbufQueue frames, int budget) => 0;

    public void Transmit(ref MbufQueue frames) => _down.Add(ref frames);

    public void Dispose()
    {
        Stop();
        StopThread();
        _ioNet.Released();
    }

    internal void Deliver(Mbuf frame)
    {
        Received.Add(1, frame.Packet.Length);
        MbufQueue up = default;
        up.Enqueue(frame);
        if (Input is { } input)
            input.Deliver(ref up);
        else
            Received.AddDrops(up.FreeAll());
    }

    internal void ReceiveFailed() => Received.AddDrops(1);

    internal void StopThread() => _down.Dispose();
}
