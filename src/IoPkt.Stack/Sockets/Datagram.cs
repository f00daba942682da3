namespace IoPkt.Stack;

/// <summary>A received datagram, or raw packet, and what is known of it.</summary>
public struct Datagram
{
    /// <summary>The payload (UDP), or the packet from its network header on (raw IPv4). Ownership goes with the struct.</summary>
    public Mbuf Payload;

    public InetEndpoint Source;

    public InetEndpoint Destination;

    public NetworkInterface Interface;

    public byte Ttl;

    public byte TrafficClass;
}
