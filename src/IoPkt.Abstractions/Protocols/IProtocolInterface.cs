using System.Net;

namespace IoPkt;

/// <summary>An Ethernet interface as a protocol module sees it. To be used in the stack context only.</summary>
public interface IProtocolInterface
{
    /// <summary>"tap0".</summary>
    string Name { get; }

    MacAddress LinkAddress { get; }

    /// <summary>Bytes of the largest payload of a frame.</summary>
    int Mtu { get; }

    bool IsUp { get; }

    /// <summary>Its addresses, in the order in which they were configured.</summary>
    IReadOnlyList<ProtocolAddress> Addresses { get; }

    /// <summary>
    /// Shows the protocol the frames of an EtherType that the interface receives for this station or for a group: before the stack sees them, and the stack's own protocols (ARP, IPv4) are no exception.
    /// </summary>
    /// <param name="etherType">0x0600 or more.</param>
    /// <param name="listener">Called for each frame, in the stack context.</param>
    /// <returns>Ends it when disposed of.</returns>
    IDisposable Listen(int etherType, FrameListener listener);

    /// <summary>Sends a frame, if the interface is up. Ownership passes.</summary>
    /// <param name="payload">What comes after the Ethernet header; from <see cref="MbufPool.GetHeader"/> or <see cref="MbufPool.GetCopy"/>, so that there's room for it.</param>
    /// <param name="destination">A station, a group, or all.</param>
    /// <param name="etherType">0x0600 or more.</param>
    void Send(Mbuf payload, MacAddress destination, int etherType);

    /// <summary>Asks for the interface to be taken up, which happens a little later: <see cref="InterfaceChange.Up"/>.</summary>
    void RequestUp();

    /// <summary>Adds an address, after those there are.</summary>
    /// <param name="address">IPv4.</param>
    /// <param name="prefixLength">Bits of the network's part.</param>
    /// <param name="isProbed">The protocol has asked the link itself, and nobody has it (RFC 5227): it's announced at once, and not asked for again.</param>
    void AddAddress(IPAddress address, int prefixLength, bool isProbed);

    /// <returns>Whether the interface had it.</returns>
    bool RemoveAddress(IPAddress address);

    /// <summary>A network all of whose hosts are neighbours on this link.</summary>
    /// <returns>Whether there was no such route yet.</returns>
    bool AddRoute(IPAddress network, int prefixLength);

    void RemoveRoute(IPAddress network, int prefixLength);
}

/// <summary>An address of an interface.</summary>
/// <param name="Address">IPv4 or IPv6.</param>
/// <param name="PrefixLength">Bits of the network's part.</param>
public sealed record ProtocolAddress(IPAddress Address, int PrefixLength);

/// <summary>Who sent a frame to whom.</summary>
public readonly record struct FrameAddresses(MacAddress Source, MacAddress Destination);

/// <summary>Looks at a frame.</summary>
/// <param name="payload">What comes after the Ethernet header. It belongs to the listener if it returns <see cref="FrameVerdict.Taken"/>; otherwise it must be left as it is.</param>
/// <param name="addresses">From the Ethernet header.</param>
public delegate FrameVerdict FrameListener(Mbuf payload, in FrameAddresses addresses);

public enum FrameVerdict
{
    /// <summary>The next listener has its turn, and at last the stack.</summary>
    Pass,
    /// <summary>The listener has taken the packet, and frees it; nobody else sees it.</summary>
    Taken,
}
