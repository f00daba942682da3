namespace IoPkt.Stack;

/// <summary>How an interface's frames are made and read: Ethernet, loopback, a tunnel. One object an interface.</summary>
public interface ILinkLayer
{
    /// <summary>Bytes that <see cref="Output"/> puts in front of a packet.</summary>
    int HeaderLength { get; }

    /// <summary>Takes a received frame, from its link header on. Ownership passes.</summary>
    void Input(Mbuf frame);

    /// <summary>
    /// Sends a network-layer packet to a neighbour: resolves its link address, adds the link header and queues the frame on the interface. Ownership passes.
    /// </summary>
    /// <param name="packet">From the network header on.</param>
    /// <param name="etherType">The packet's protocol.</param>
    /// <param name="nextHop">A neighbour, or a broadcast or multicast address.</param>
    /// <returns><see cref="Errno.None"/> also when the packet waits for address resolution.</returns>
    Errno Output(Mbuf packet, ushort etherType, in InetAddress nextHop);

    /// <summary>Writes the <see cref="HeaderLength"/> bytes that <see cref="Output"/> would put in front of a packet, if the neighbour's address is known and lately confirmed.</summary>
    /// <returns>Whether it is.</returns>
    bool TryGetHeader(ushort etherType, in InetAddress nextHop, Span<byte> header) => false;

    /// <summary>A transport protocol's packets to a neighbour arrive: what it sent was answered just now.</summary>
    void ConfirmNeighbor(ushort etherType, in InetAddress nextHop)
    {
    }

    /// <summary>A transport protocol has no answers to what it sends by way of a neighbour, which may be another station by now.</summary>
    void SuspectNeighbor(ushort etherType, in InetAddress nextHop)
    {
    }

    /// <summary>An address was added to the interface: Ethernet probes and announces it (RFC 5227).</summary>
    void AddressAdded(InterfaceAddress address);

    void AddressRemoved(InterfaceAddress address);

    /// <summary>Whether somebody else on the link is known to use an address of the interface.</summary>
    AddressState GetState(InterfaceAddress address) => AddressState.Valid;

    /// <summary>The interface was taken down, or is going away: forget what was learned, free what waits.</summary>
    void Flush();
}
