namespace IoPkt.Drivers.PacketSocket;

/// <summary>An interface of the host with our packet sockets on it.</summary>
internal sealed class PacketDevice : IDevice
{
    private const DeviceCapabilities Offloads = DeviceCapabilities.Tcp4Checksum | DeviceCapabilities.Udp4Checksum | DeviceCapabilities.Tcp4Segmentation;

    private const int SmallestMtu = 68;

    /// <summary>What the host puts in front of a frame in the ring, and two VLAN tags.</summary>
    private const int RingOverhead = 160;

    /// <summary>The largest packet that the host merges received segments to, with its link header.</summary>
    private const int LargestMerged = 65536 + 14;

    private readonly HostInterface _host;
    private readonly PacketQueue[] _queues;
    private readonly bool _offload;
    private bool _isPromiscuous;
    private bool _isAllMulticast;

    private PacketDevice(HostInterface host, PacketQueue[] queues, MacAddress address, int mtu, bool offload)
    {
        _host = host;
        _queues = queues;
        _offload = offload;
        Address = address;
        Mtu = mtu;
    }

    public string NamePrefix => "pkt";

    public MacAddress Address { get; }

    public int Mtu { get; private set; }

    public InterfaceFlags Flags => InterfaceFlags.Broadcast | InterfaceFlags.Simplex | InterfaceFlags.Multicast;

    /// <summary>The host merges segments, and leaves checksums of its own programs undone, whether we like it or not.</summary>
    public DeviceCapabilities ReceiveCapabilities => Offloads;

    public DeviceCapabilities TransmitCapabilities => _offload ? Offloads : DeviceCapabilities.None;

    public LinkState LinkState => _host.IsRunning ? LinkState.Up : LinkState.Down;

    public string Media => $"Ethernet autoselect (packet socket on {_host.Name}, {_queues.Length} queue{(_queues.Length == 1 ? "" : "s")})";

    public IReadOnlyList<IDeviceQueue> Queues => _queues;

    /// <exception cref="ModuleException">The host refuses; nothing is left behind.</exception>
    public static PacketDevice Open(PacketOptions options, DriverContext context)
    {
        HostInterface host = new(options.HostName);
        int hostMtu = host.Mtu;
        if (options.Mtu > hostMtu)
            throw new ModuleException($"option mtu={options.Mtu}: the host's interface {host.Name} has {hostMtu}");
        MacAddress address = options.UsesHostAddress ? host.Address : options.Address ?? StationAddress.Choose("packet " + host.Name, context.Random);
        List<PacketQueue> queues = [];
        try
        {
            int? group = null;
            for (int i = 0; i < options.Queues; i++)
            {
                queues.Add(OpenQueue(host, options, context.Pool));
                if (options.Queues > 1)
                    group = queues[i].Socket.JoinFanout(group);
            }
            // A card drops what isn't for the addresses that it knows.
            queues[0].Socket.SetMembership(MembershipType.Unicast, address, add: true);
            return new PacketDevice(host, [.. queues], address, options.Mtu ?? hostMtu, options.Offload);
        }
        catch
        {
            foreach (PacketQueue queue in queues)
                queue.Dispose();
            throw;
        }
    }

    public void Start()
    {
        foreach (PacketQueue queue in _queues)
            queue.Discard();
    }

    public void Stop()
    {
    }

    public void SetMtu(int mtu)
    {
        int largest = _host.Mtu;
        if (mtu < SmallestMtu || mtu > largest)
            throw new ArgumentOutOfRangeException(nameof(mtu), $"the MTU is from {SmallestMtu} to {largest} bytes, which is what the host's {_host.Name} has");
        Mtu = mtu;
    }

    public void SetReceiveMode(bool promiscuous, bool allMulticast)
    {
        Change(ref _isPromiscuous, promiscuous, MembershipType.Promiscuous);
        Change(ref _isAllMulticast, allMulticast, MembershipType.AllMulticast);
    }

    public void Dispose()
    {
        foreach (PacketQueue queue in _queues)
            queue.Dispose();
    }

    private static PacketQueue OpenQueue(HostInterface host, PacketOptions options, MbufPool pool)
    {
        PacketSocketHandle socket = new(host);
        try
        {
            socket.EnableHeaders();
            ReceiveRing ring = socket.MapRing(options.RingBytes / options.Queues, RingOverhead + LargestMerged);
            PacketQueue queue = new(socket, ring, pool);
            socket.Bind();
            return queue;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private void Change(ref bool current, bool wanted, MembershipType type)
    {
        if (current == wanted)
            return;
        _queues[0].Socket.SetMembership(type, default, wanted);
        current = wanted;
    }
}
