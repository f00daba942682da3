namespace IoPkt.Stack;

/// <summary>What the transport protocols need of a received packet's network header, the same for IPv4 and IPv6.</summary>
public readonly struct NetworkHeader
{
    public required InetAddress Source { get; init; }

    public required InetAddress Destination { get; init; }

    /// <summary>The transport protocol's number.</summary>
    public required byte Protocol { get; init; }

    /// <summary>Bytes from the packet's beginning to the transport header: options and extension headers included.</summary>
    public required int HeaderLength { get; init; }

    /// <summary>Time to live, or hop limit.</summary>
    public byte Ttl { get; init; }

    /// <summary>Type of service, or traffic class; the ECN field is its low two bits.</summary>
    public byte TrafficClass { get; init; }

    /// <summary>The destination is a multicast or broadcast address: no ICMP error and no reset may answer it (RFC 1122, section 3.2.2).</summary>
    public bool IsMulticastOrBroadcast { get; init; }

    public required NetworkInterface Interface { get; init; }
}
