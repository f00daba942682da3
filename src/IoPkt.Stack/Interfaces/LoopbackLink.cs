namespace IoPkt.Stack;

/// <summary>
/// lo0: what is sent comes back as received, in the next batch. A batch of its own, because a protocol that sends must not be called back as a receiver before it returns.
/// </summary>
internal sealed class LoopbackLink : ILinkLayer, IInterfaceOutput
{
    private readonly NetworkStack _stack;
    private readonly StackTimer _timer;
    private NetworkInterface _interface = null!;
    private MbufQueue _returning;

    private LoopbackLink(NetworkStack stack)
    {
        _stack = stack;
        _timer = new StackTimer(stack.Timers, Return);
    }

    public int HeaderLength => 0;

    /// <summary>Adds lo0 to a stack, up, with 127.0.0.1/8.</summary>
    public static NetworkInterface Attach(NetworkStack stack)
    {
        LoopbackLink link = new(stack);
        InterfaceConfiguration configuration = new()
        {
            Name = "lo0",
            Mtu = 33192,
            Flags = InterfaceFlags.Loopback | InterfaceFlags.Multicast,
            // Nothing is lost or damaged on the way, so checksums stay unfilled and segments whole: see LinkFlags.Loopback and OffloadFlags.ChecksumPartial.
            TransmitCapabilities = DeviceCapabilities.Ip4Checksum | DeviceCapabilities.Tcp4Checksum | DeviceCapabilities.Udp4Checksum
                | DeviceCapabilities.Tcp6Checksum | DeviceCapabilities.Udp6Checksum | DeviceCapabilities.Tcp4Segmentation | DeviceCapabilities.Tcp6Segmentation,
            Output = link,
        };
        link._interface = stack.Interfaces.Add(configuration, _ => link);
        stack.Interfaces.SetUp(link._interface, true);
        stack.Interfaces.AddAddress(link._interface, new InterfaceAddress(InetAddress.LoopbackIpv4, 8, InetAddress.AnyIpv4, InetAddress.AnyIpv4));
        return link._interface;
    }

    public void Input(Mbuf frame)
    {
        // The only link layer without a header: the packet's own version says whose it is (RFC 791 and RFC 8200, section 3).
        int version = frame.Length > 0 ? frame.Span[0] >> 4 : 0;
        ushort etherType = version == 4 ? EtherTypes.Ipv4 : version == 6 ? EtherTypes.Ipv6 : (ushort)0;
        if (_stack.NetworkByEtherType(etherType) is not { } network)
        {
            _interface.NoProtocol++;
            frame.Free();
            return;
        }
        // A multicast that's also for members on this host is received as if by the interface that it was sent on.
        NetworkInterface receiver = frame.Packet.ReceiveInterface == _interface.Index ? _interface
            : _stack.Interfaces.Find(frame.Packet.ReceiveInterface) ?? _interface;
        network.Input(receiver, frame);
    }

    public Errno Output(Mbuf packet, ushort etherType, in InetAddress nextHop)
    {
        packet.Packet.ReceiveInterface = _interface.Index;
        Loop(packet);
        return Errno.None;
    }

    /// <summary>Returns a packet, in the next batch, as received by <see cref="PacketHeader.ReceiveInterface"/>. Ownership passes.</summary>
    public void Loop(Mbuf packet)
    {
        packet.Packet.Link = LinkFlags.Loopback;
        _interface.Enqueue(packet);
    }

    public void AddressAdded(InterfaceAddress address)
    {
    }

    public void AddressRemoved(InterfaceAddress address)
    {
    }

    public void Flush() => _interface.Received.AddDrops(_returning.FreeAll());

    public void Transmit(ref MbufQueue frames)
    {
        _returning.Append(ref frames);
        _timer.ArmAfter(0);
    }

    private void Return()
    {
        int count = _returning.Count;
        long bytes = 0;
        for (int i = 0; i < count && _returning.TryDequeue(out Mbuf? packet); i++)
        {
            bytes += packet.Packet.Length;
            Input(packet);
        }
        _interface.Received.Add(count, bytes);
    }
}
