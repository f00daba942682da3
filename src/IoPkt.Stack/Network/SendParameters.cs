namespace IoPkt.Stack;

/// <summary>What a transport protocol says of a packet that it sends.</summary>
public struct SendParameters
{
    /// <summary>Unspecified: the network layer chooses it (but then it isn't in a checksum yet, so only raw sockets do that).</summary>
    public InetAddress Source;

    public InetAddress Destination;

    public byte Protocol;

    /// <summary>0: the stack's default.</summary>
    public byte Ttl;

    public byte TrafficClass;

    /// <summary>Forbids fragmentation here and on the way: path MTU discovery. A packet that's too long is refused with <see cref="Errno.MessageTooLong"/>.</summary>
    public bool DontFragment;

    /// <summary>It's to show whether the path takes more than is known of it: only the link's MTU limits it.</summary>
    public bool IsSizeProbe;

    /// <summary>Routers may cut it up, so what the path is known to take is no matter here.</summary>
    public bool IgnoresPathMtu;

    /// <summary>Permission to send to a broadcast address (SO_BROADCAST).</summary>
    public bool AllowBroadcast;

    /// <summary>Keeps a multicast from members on this host (IP_MULTICAST_LOOP off).</summary>
    public bool SuppressLoop;

    /// <summary>Keeps a multicast off the wire: its time to live is 0.</summary>
    public bool HostOnly;

    /// <summary>Sends by this interface whatever the routes say: SO_BINDTODEVICE, multicast, SO_DONTROUTE.</summary>
    public NetworkInterface? Interface;
}
