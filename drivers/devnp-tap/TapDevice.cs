namespace IoPkt.Drivers.Tap;

/// <summary>A TAP device with its queues and the host's interface at its other end.</summary>
internal sealed class TapDevice : IDevice
{
    private const DeviceCapabilities Offloads = DeviceCapabilities.Tcp4Checksum | DeviceCapabilities.Udp4Checksum | DeviceCapabilities.Tcp4Segmentation;

    private readonly TapQueue[] _queues;
    private readonly HostInterface _host;
    private readonly bool _headers;
    private readonly bool _receiveOffload;
    private bool _started;

    private TapDevice(TapQueue[] queues, HostInterface host, MacAddress address, bool headers, bool receiveOffload)
    {
        _queues = queues;
        _host = host;
        _headers = headers;
        _receiveOffload = receiveOffload;
        Address = address;
    }

    public string NamePrefix => "tap";

    public MacAddress Address { get; }

    public int Mtu { get; private set; }

    public InterfaceFlags Flags => InterfaceFlags.Broadcast | InterfaceFlags.Simplex | InterfaceFlags.Multicast;

    public DeviceCapabilities ReceiveCapabilities => _receiveOffload ? Offloads : DeviceCapabilities.None;

    public DeviceCapabilities TransmitCapabilities => _headers ? Offloads : DeviceCapabilities.None;

    public LinkState LinkState => _started ? LinkState.Up : LinkState.Down;

    public string Media => $"Ethernet autoselect (TAP device {_host.Name}, {_queues.Length} queue{(_queues.Length == 1 ? "" : "s")})";

    public IReadOnlyList<IDeviceQueue> Queues => _queues;

    /// <exception cref="ModuleException">The host refuses; nothing is left behind.</exception>
    public static TapDevice Open(TapOptions options, DriverContext context)
    {
        List<TapDescriptor> open = [];
        try
        {
            string name = options.HostName;
            bool offload = options.Offload;
            for (int i = 0; i < options.Queues; i++)
            {
                TapDescriptor descriptor = TapDescriptor.Open(name, options.Offload, options.Queues > 1);
                open.Add(descriptor);
                name = descriptor.Name;
                offload = offload && descriptor.TryEnableOffload();
            }
            // Nobody reads until the interface is up.
            open[0].SetCarrier(false);
            HostInterface host = new(name);
            TapQueue[] queues = [.. open.Select(d => new TapQueue(d, context.Pool, options.Offload))];
            MacAddress address = options.Address ?? StationAddress.Choose(name, context.Random);
            TapDevice device = new(queues, host, address, options.Offload, offload);
            device.SetMtu(options.Mtu);
            if (options.HostAddress is { } hostAddress)
            {
                host.SetAddress(hostAddress, options.HostPrefixLength);
                host.SetUp();
            }
            if (options.Persist)
                open[0].SetPersistent(true);
            return device;
        }
        catch
        {
            foreach (TapDescriptor descriptor in open)
                descriptor.Dispose();
            throw;
        }
    }

    public void Start()
    {
        _queues[0].Tap.SetCarrier(true);
        _started = true;
    }

    public void Stop()
    {
        _started = false;
        _queues[0].Tap.SetCarrier(false);
    }

    public void SetMtu(int mtu)
    {
        if (mtu is < TapOptions.MinimumMtu or > TapOptions.MaximumMtu)
            throw new ArgumentOutOfRangeException(nameof(mtu), $"a TAP device's MTU is from {TapOptions.MinimumMtu} to {TapOptions.MaximumMtu} bytes");
        _host.SetMtu(mtu);
        foreach (TapQueue queue in _queues)
            queue.SetMtu(mtu);
        Mtu = mtu;
    }

    /// <summary>The device has no filter: every frame that the host sends is received as it is.</summary>
    public void SetReceiveMode(bool promiscuous, bool allMulticast)
    {
    }

    public void Dispose()
    {
        foreach (TapQueue queue in _queues)
            queue.Dispose();
    }
}
