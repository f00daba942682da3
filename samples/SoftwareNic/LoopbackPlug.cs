namespace IoPkt.Samples;

/// <summary>
/// A network card with a loop-back plug where its cable would be: it receives what it sends. It's the smallest device that a stack can use, for drivers whose hardware isn't
/// there.
/// </summary>
/// <param name="namePrefix">"bcm".</param>
/// <param name="address">The card's Ethernet address.</param>
/// <param name="card">What it pretends to be, for ifconfig.</param>
internal sealed class LoopbackPlug(string namePrefix, MacAddress address, string card) : IDeliveringDevice, IDeviceQueue
{
    private const int MinimumMtu = 68, MaximumMtu = 9000;

    private volatile bool _isRunning;

    public string NamePrefix => namePrefix;

    public MacAddress Address => address;

    public int Mtu { get; private set; } = 1500;

    public InterfaceFlags Flags => InterfaceFlags.Broadcast | InterfaceFlags.Simplex | InterfaceFlags.Multicast;

    public DeviceCapabilities ReceiveCapabilities => DeviceCapabilities.None;

    public DeviceCapabilities TransmitCapabilities => DeviceCapabilities.None;

    public LinkState LinkState => _isRunning ? LinkState.Up : LinkState.Down;

    public string Media => $"Ethernet loop-back plug ({card})";

    public IReadOnlyList<IDeviceQueue> Queues => [this];

    public IDeviceInput? Input { get; set; }

    /// <summary>Nothing to poll: frames are delivered as they're sent.</summary>
    public int Descriptor => -1;

    public DeviceCounters Received { get; } = new();

    public DeviceCounters Transmitted { get; } = new();

    public void Start() => _isRunning = true;

    public void Stop() => _isRunning = false;

    public void SetMtu(int mtu)
    {
        if (mtu is < MinimumMtu or > MaximumMtu)
            throw new ArgumentOutOfRangeException(nameof(mtu), $"this card's MTU is from {MinimumMtu} to {MaximumMtu} bytes");
        Mtu = mtu;
    }

    /// <summary>It has no filter.</summary>
    public void SetReceiveMode(bool promiscuous, bool allMulticast)
    {
    }

    public int Receive(ref MbufQueue frames, int budget) => 0;

    public void Transmit(ref MbufQueue frames)
    {
        int count = frames.Count;
        long bytes = 0;
        for (Mbuf? frame = frames.Head; frame is not null; frame = MbufQueue.Following(frame))
            bytes += frame.Packet.Length;
        Transmitted.Add(count, bytes);
        Received.Add(count, bytes);
        Input!.Deliver(ref frames);
    }

    public void Dispose()
    {
    }
}
