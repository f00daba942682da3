namespace IoPkt.Stack.Tests.Harness;

/// <summary>A host's interface at a wire.</summary>
internal sealed class TestPort : IInterfaceOutput
{
    private readonly TestWire _wire;

    public TestPort(TestHost host, TestWire wire, string name, int mtu, DeviceCapabilities capabilities)
    {
        Host = host;
        _wire = wire;
        MacAddress mac = MacAddress.Read([0x02, 0, 0, 0, (byte)host.Number, (byte)host.Ports.Count]);
        Interface = host.Stack.Interfaces.Add(
            new InterfaceConfiguration { Name = name, LinkAddress = mac, Mtu = mtu, ReceiveCapabilities = capabilities, TransmitCapabilities = capabilities, Output = this },
            owner => Link = new EthernetLink(owner));
        wire.Attach(this);
    }

    public TestHost Host { get; }

    public NetworkInterface Interface { get; }

    public EthernetLink Link { get; private set; } = null!;

    public MacAddress Mac => Interface.LinkAddress;

    public InetAddress Address => Interface.Addresses[0].Address;

    public void AddAddress(string cidr)
    {
        string[] parts = cidr.Split('/');
        InetAddress address = InetAddress.Parse(parts[0]);
        int length = int.Parse(parts[1], null);
        InetAddress broadcast = length >= 31 ? InetAddress.AnyIpv4 : InetAddress.FromIpv4(address.Ipv4 | uint.MaxValue >> length);
        Host.Stack.Interfaces.AddAddress(Interface, new InterfaceAddress(address, length, broadcast, InetAddress.AnyIpv4));
    }

    /// <summary>Puts a frame into the interface as if it came from the wire.</summary>
    public void Inject(ReadOnlySpan<byte> frame, Action<Mbuf>? mark = null)
    {
        Mbuf copy = Host.Pool.GetChain(Math.Max(1, frame.Length))!;
        if (!copy.Append(frame))
            throw new InvalidOperationException("the pool is dry");
        mark?.Invoke(copy);
        Receive(copy);
    }

    /// <summary>As a packet thread does: what the fast path knows doesn't come into the stack.</summary>
    public void Receive(Mbuf frame)
    {
        MbufQueue queue = default;
        queue.Enqueue(frame);
        Host.Stack.Ipv4.FastForwarder.Take(Interface, ref queue);
        if (queue.IsEmpty)
            return;
        Host.Stack.Begin();
        Host.Stack.Input(Interface, ref queue);
        Host.Stack.End();
    }

    public void Transmit(ref MbufQueue frames)
    {
        while (frames.TryDequeue(out Mbuf? frame))
            _wire.Send(this, frame);
    }
}
