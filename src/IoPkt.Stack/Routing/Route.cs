namespace IoPkt.Stack;

[Flags]
public enum RouteFlags
{
    None = 0,
    /// <summary>U</summary>
    Up = 0x1,
    /// <summary>G: the next hop is a router.</summary>
    Gateway = 0x2,
    /// <summary>H: to one host.</summary>
    Host = 0x4,
    /// <summary>R: packets are refused with an ICMP unreachable.</summary>
    Reject = 0x8,
    /// <summary>D: made by a redirect.</summary>
    Dynamic = 0x10,
    /// <summary>C: comes with an interface's address.</summary>
    Connected = 0x100,
    /// <summary>S: added by hand.</summary>
    Static = 0x800,
    /// <summary>B: packets are dropped silently.</summary>
    Blackhole = 0x1000,
}

/// <summary>An entry of a routing table. Immutable but for its counter.</summary>
/// <param name="Destination">The network, with host bits zero.</param>
/// <param name="PrefixLength">0 is the default route.</param>
/// <param name="Gateway">The next hop; unspecified when the destination is a neighbour.</param>
/// <param name="Interface">Leaves by it.</param>
/// <param name="Flags">What kind of route.</param>
/// <param name="Mtu">Of this route; 0: the interface's.</param>
public sealed record Route(InetAddress Destination, int PrefixLength, InetAddress Gateway, NetworkInterface Interface, RouteFlags Flags, int Mtu = 0)
{
    /// <summary>Packets that looked it up; a lookup is cached by the sender, so it isn't the number of packets sent.</summary>
    public long Uses { get; internal set; }
}

/// <summary>A sender's memory of how its packets leave. It holds until its table changes; the network protocol checks that itself.</summary>
public sealed class RouteCache
{
    /// <summary>What was looked up.</summary>
    public InetAddress Destination { get; internal set; }

    public Route? Route { get; internal set; }

    public NetworkInterface? Interface { get; internal set; }

    public InetAddress NextHop { get; internal set; }

    /// <summary>The address of ours that packets to this destination should bear.</summary>
    public InetAddress Source { get; internal set; }

    /// <summary>Bytes of the largest packet that the path takes, as far as is known.</summary>
    public int Mtu { get; internal set; }

    /// <summary>The same by the route and its interface alone, whatever else is known of the path.</summary>
    internal int LinkMtu { get; set; }

    /// <summary>Whether packets that bear this source may leave so: a loopback address never appears outside the host (RFC 1122, section 3.2.1.3 (g)).</summary>
    public bool MayBear(in InetAddress source) => !source.IsLoopback || Interface is { IsLoopback: true };

    /// <summary>The interface that the lookup was restricted to, or <c>null</c>.</summary>
    internal NetworkInterface? Bound { get; set; }

    /// <summary>The destination is a broadcast address of the interface's network: the sender needs permission.</summary>
    internal bool IsBroadcast { get; set; }

    /// <summary>The path's MTU is below what we accept to use (RFC 1191 leaves 68 possible): routers must be let fragment.</summary>
    internal bool MustAllowFragments { get; set; }

    /// <summary>The table's state at the time; −1: empty.</summary>
    internal long Generation { get; set; } = -1;

    public void Clear() => Generation = -1;

    /// <summary>Tells the link layer that what was sent this way has arrived.</summary>
    internal void ConfirmNextHop(ushort etherType) => Interface?.Link.ConfirmNeighbor(etherType, NextHop);

    /// <summary>Tells the link layer that what was sent this way isn't answered.</summary>
    internal void SuspectNextHop(ushort etherType) => Interface?.Link.SuspectNeighbor(etherType, NextHop);
}
