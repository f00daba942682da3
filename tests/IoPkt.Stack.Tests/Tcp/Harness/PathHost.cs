namespace IoPkt.Stack.Tests.Tcp.Harness;

/// <summary>A stack at one end of a <see cref="TcpPath"/>, without a link layer between IP and the path.</summary>
internal sealed class PathHost : ILinkLayer, IInterfaceOutput, IDisposable
{
    private const long SmallPool = 16 * 1024 * 1024;

    private readonly TcpPath _path;
    private readonly int _end;

    public PathHost(TcpPath path, int end, TimeProvider time, int mtu, bool offloads, long poolBytes)
    {
        _path = path;
        _end = end;
        Pool = new MbufPool(new MbufPoolOptions { MaximumBytes = poolBytes, PageSize = poolBytes < SmallPool ? 4096 : 65536, MbufCache = 0, PacketCache = 0 });
        Stack = new NetworkStack(new NetworkStackOptions { Time = time, Random = new Random(17 + end), Pool = Pool });
        DeviceCapabilities capabilities = offloads
            ? DeviceCapabilities.Ip4Checksum | DeviceCapabilities.Tcp4Checksum | DeviceCapabilities.Tcp4Segmentation
            : DeviceCapabilities.None;
        Interface = Stack.Interfaces.Add(new InterfaceConfiguration
        {
            Name = "path0",
            Mtu = mtu,
            Flags = InterfaceFlags.PointToPoint,
            Output = this,
            ReceiveCapabilities = capabilities,
            TransmitCapabilities = capabilities,
        }, _ => this);
        Stack.Interfaces.SetUp(Interface, true);
        Address = InetAddress.FromIpv4(0x0a000001u + (uint)end);
        Stack.Interfaces.AddAddress(Interface, new InterfaceAddress(Address, 24, InetAddress.AnyIpv4, InetAddress.AnyIpv4));
    }

    public MbufPool Pool { get; }

    /// <summary>Packets that came when there was no memory to receive them.</summary>
    public int Missed { get; private set; }

    public NetworkStack Stack { get; }

    public NetworkInterface Interface { get; }

    public InetAddress Address { get; }

    public TcpSettings Settings => Stack.Tcp.Settings;

    public int HeaderLength => 0;

    public long Count(string text) => Stack.Tcp.Counters.All.Single(c => c.Text == text).Value;

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
            _path.Send(_end, frame);
            frame.Free();
        }
    }

    public void Receive(PathPacket packet)
    {
        if (Pool.GetChain(packet.Bytes.Length) is not { } frame || !frame.Append(packet.Bytes))
        {
            Missed++;
            return;
        }
        int length = frame.Packet.Length;
        frame.Packet = packet.Marks;
        frame.Packet.Length = length;
        MbufQueue queue = default;
        queue.Enqueue(frame);
        Stack.Input(Interface, ref queue);
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

    public void Dispose() => Pool.Dispose();
}
