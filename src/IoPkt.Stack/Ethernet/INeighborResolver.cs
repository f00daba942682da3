namespace IoPkt.Stack;

/// <summary>How a network protocol finds the Ethernet addresses of its neighbours on one link: ARP for IPv4, neighbour discovery for IPv6.</summary>
public interface INeighborResolver
{
    /// <summary>The network protocol whose packets it's for.</summary>
    ushort EtherType { get; }

    /// <summary>Sends a packet to a unicast neighbour, now or when its address is known. Ownership passes.</summary>
    Errno Send(Mbuf packet, in InetAddress nextHop);

    /// <summary>Writes the Ethernet header of packets to a neighbour whose address is known and lately confirmed.</summary>
    /// <returns>Whether it is.</returns>
    bool TryGetHeader(in InetAddress nextHop, Span<byte> header) => false;

    /// <summary>A protocol above knows that packets to the neighbour arrive.</summary>
    void Confirm(in InetAddress nextHop);

    /// <summary>A protocol above has no answers to what it sends by way of the neighbour.</summary>
    void Suspect(in InetAddress nextHop);

    void AddressAdded(InterfaceAddress address);

    void AddressRemoved(InterfaceAddress address);

    AddressState GetState(InterfaceAddress address);

    /// <summary>Forgets what was learned and frees what waits.</summary>
    void Flush();
}
