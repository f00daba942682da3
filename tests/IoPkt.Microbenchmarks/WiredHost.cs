using IoPkt.Stack;

namespace IoPkt.Microbenchmarks;

/// <summary>A stack whose packets are handed to another one by a method call.</summary>
internal sealed class WiredHost : ILinkLayer, IInterfaceOutput
{
    private MbufQueue _sent;

    public WiredHost(MbufPool pool, int number, bool offloads)
    {
        Stack = new NetworkStack(new NetworkStackOptions { Random = new Random(number), Pool = pool });
        DeviceCapabilities capabilities = offloads ? DeviceCapabilities.Tcp4Checksum | DeviceCapabilities.Tcp4Segmentation : DeviceCapabilities.None;
        Interface = Stack.Interfaces.Add(new InterfaceConfiguration
        {
            Name = "wire0",
            Flags = InterfaceFlags.PointToPoint,
            Output = this,
            ReceiveCapabilities = capabilities,
            TransmitCapabilities = capabilities,
        }, _ => this);
        Stack.Interfaces.SetUp(Interface, true);
        Address = InetAddress.FromIpv4(0x0a000001u + (uint)number);
        Stack.Interfaces.AddAddress(Interface, new InterfaceAddress(Address, 24, InetAddress.AnyIpv4, InetAddress.AnyIpv4));
    }

    public NetworkStack Stack { get; }

    public NetworkInterface Interface { get; }

    public InetAddress Address { get; }

    public int HeaderLength => 0;

    /// <summary>One batch: what the other has sent, and what comes of it.</summary>
    /// <returns>Whether there was anything.</returns>
    public bool Take(WiredHost other)
    {
        if (other._sent.IsEmpty)
            return false;
        Stack.Begin();
        Stack.Input(Interface, ref other._sent);
        Stack.End();
        return true;
    }

    public void Input(Mbuf frame) => Stack.Ipv4.Input(Interface, frame);

    public Errno Output(Mbuf packet, ushort etherType, in InetAddress nextHop)
    {
        Interface.Enqueue(packet);
        return Errno.None;
    }

    public void Transmit(ref MbufQueue frames) => _sent.Append(ref frames);

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
