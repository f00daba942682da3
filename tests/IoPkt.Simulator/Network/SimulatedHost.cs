namespace IoPkt.Simulator;

/// <summary>A stack at one end of an <see cref="ILink"/>. The link has no headers, so there's nothing between TCP's segments and a test but IP.</summary>
internal sealed class SimulatedHost : ILinkLayer, IInterfaceOutput, ILinkEnd
{
    /// <summary>10.0.0.1, of end A; B's is the next.</summary>
    public const uint FirstAddress = 0x0a000001;

    private readonly int _end;
    private readonly ILink _link;

    public SimulatedHost(VirtualTime time, ILink link, int end, MbufPool pool, int seed, int mtu, bool offloads)
    {
        _link = link;
        _end = end;
        Pool = pool;
        Stack = new NetworkStack(new NetworkStackOptions { Time = time, Random = new Random(seed), Pool = pool, MaximumBacklog = 1024 });
        DeviceCapabilities capabilities = offloads
            ? DeviceCapabilities.Ip4Checksum | DeviceCapabilities.Tcp4Checksum | DeviceCapabilities.Tcp4Segmentation
            : DeviceCapabilities.None;
        Interface = Stack.Interfaces.Add(new InterfaceConfiguration
        {
            Name = "sim0",
            Mtu = mtu,
            Flags = InterfaceFlags.PointToPoint,
            Output = this,
            ReceiveCapabilities = capabilities,
            TransmitCapabilities = capabilities,
        }, _ => this);
        Stack.Interfaces.SetUp(Interface, true);
        Address = InetAddress.FromIpv4(FirstAddress + (uint)end);
        Stack.Interfaces.AddAddress(Interface, new InterfaceAddress(Address, 24, InetAddress.AnyIpv4, InetAddress.AnyIpv4));
    }

    public int End => _end;

    /// <summary>Hears of each packet that comes, when there's one.</summary>
    public Witness? Witness { get; init; }

    /// <summary>Its users connect with data in their SYN when they can.</summary>
    public bool UsesFastOpen { get; init; }

    public MbufPool Pool { get; }

    public NetworkStack Stack { get; }

    public NetworkInterface Interface { get; }

    public InetAddress Address { get; }

    public TcpSettings Settings => Stack.Tcp.Settings;

    public int HeaderLength => 0;

    /// <summary>When the stack wants to run next, in the simulation's time.</summary>
    public long NextDeadline => Stack.NextDeadline == long.MaxValue ? long.MaxValue : Stack.NextDeadline - 1_000_000;

    /// <param name="text">What a counter of TCP is called in <c>netstat -s</c>.</param>
    public long Count(string text) => Stack.Tcp.Counters.All.Single(counter => counter.Text == text).Value;

    public void Input(Mbuf frame) => Stack.Ipv4.Input(Interface, frame);

    public Errno Output(Mbuf packet, ushort etherType, in InetAddress nextHop)
    {
        Interface.Enqueue(packet);
        return Errno.None;
    }

    public void Transmit(ref MbufQueue frames)
    {
        while (frames.TryDequeue(out Mbuf? frame))
        {
            _link.Send(_end, frame);
            frame.Free();
        }
    }

    public bool Receive(in SimulatedPacket packet)
    {
        Mbuf? frame = Pool.GetChain(packet.Length);
        if (frame is null || !frame.Append(packet.Span))
        {
            frame?.Free();
            return false;
        }
        Witness?.Delivered(packet);
        frame.Packet = packet.Marks;
        frame.Packet.Length = packet.Length;
        MbufQueue queue = default;
        queue.Enqueue(frame);
        Stack.Input(Interface, ref queue);
        return true;
    }

    public void AddressAdded(InterfaceAddress address)
    {
    }

    public void AddressRemoved(InterfaceAddress address)
    {
    }

    public void Flush()
    {
    }
}
