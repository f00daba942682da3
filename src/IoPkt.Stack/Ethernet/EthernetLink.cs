namespace IoPkt.Stack;

/// <summary>Ethernet II framing (RFC 894) of one interface, with ARP (RFC 826) to find IPv4 neighbours.</summary>
public sealed class EthernetLink : ILinkLayer
{
    private readonly NetworkInterface _interface;

    public EthernetLink(NetworkInterface owner) => _interface = owner;

    public int HeaderLength => 14;

    public void Input(Mbuf frame) => throw new NotImplementedException(_interface.Name);

    public Errno Output(Mbuf packet, ushort etherType, in InetAddress nextHop) => throw new NotImplementedException();

    public void AddressAdded(InterfaceAddress address) => throw new NotImplementedException();

    public void AddressRemoved(InterfaceAddress address) => throw new NotImplementedException();

    public void Flush() => throw new NotImplementedException();
}
