namespace IoPkt.Stack;

/// <summary>IPv4 or IPv6, as the rest of the stack sees it.</summary>
public interface INetworkProtocol
{
    AddressFamily Family { get; }

    ushort EtherType { get; }

    /// <summary>Bytes of a header without options or extensions.</summary>
    int HeaderLength { get; }

    /// <summary>Takes a received packet, from its network header on. Ownership passes.</summary>
    void Input(NetworkInterface receiver, Mbuf packet);

    /// <summary>Sends a transport protocol's packet. Ownership passes, also on an error.</summary>
    /// <param name="packet">
    /// From the transport header on. Its checksum is complete, or marked <see cref="OffloadFlags.ChecksumPartial"/> with
    /// <see cref="PacketHeader.ChecksumStart"/> 0; longer than the path's MTU only if marked with a <see cref="SegmentationType"/> or fragmentable.
    /// </param>
    /// <param name="parameters">Addresses and options.</param>
    /// <param name="cache">The sender's memory of its route: filled and kept true here.</param>
    Errno Output(Mbuf packet, in SendParameters parameters, RouteCache cache);

    /// <summary>Finds how a packet would leave: interface, next hop, source address, path MTU.</summary>
    /// <param name="destination">Where to.</param>
    /// <param name="bound">The interface to leave by, or <c>null</c>.</param>
    /// <param name="cache">Filled when the result is <see cref="Errno.None"/>.</param>
    Errno FindRoute(in InetAddress destination, NetworkInterface? bound, RouteCache cache);

    /// <summary>Answers a packet with an error of ours: port unreachable, time exceeded. Rules and rate limits apply. The packet stays the caller's.</summary>
    void SendError(Mbuf packet, in NetworkHeader header, TransportError error);

    /// <summary>Lowers a path's MTU: called for ICMP messages and by TCP's black-hole detection.</summary>
    void LowerPathMtu(in InetAddress destination, int mtu);

    /// <summary>A packet of that size has arrived, so the path's MTU, if something less is known of it, is no less than that.</summary>
    void RaisePathMtu(in InetAddress destination, int mtu);

    /// <summary>Whether the address is one of ours to receive on, a broadcast or a joined group included.</summary>
    bool IsLocal(in InetAddress address);

    void AddressAdded(NetworkInterface changed, InterfaceAddress address);

    void AddressRemoved(NetworkInterface changed, InterfaceAddress address);

    /// <summary>Its flags or its MTU are not what they were.</summary>
    void InterfaceChanged(NetworkInterface changed);

    /// <summary>It's gone, with its addresses: routes and memberships that name it go too.</summary>
    void InterfaceRemoved(NetworkInterface removed);

    /// <summary>
    /// A link layer gives back a packet whose next hop didn't answer: whoever sent it is told, a transport protocol of ours or, by ICMP, the host we forwarded for.
    /// Ownership passes.
    /// </summary>
    void Undeliverable(Mbuf packet);

    Errno JoinGroup(NetworkInterface member, in InetAddress group);

    Errno LeaveGroup(NetworkInterface member, in InetAddress group);
}
