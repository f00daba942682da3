using System.Text.Json.Serialization;

namespace IoPkt.Wire.Management;

/// <param name="Routes">In order of their destinations.</param>
public sealed record RouteList(IReadOnlyList<RouteInfo> Routes);

/// <summary>An entry of the routing table.</summary>
/// <param name="Destination">The network; <c>0.0.0.0</c> with a prefix of 0 is the default route.</param>
/// <param name="PrefixLength">32 for a host.</param>
/// <param name="Interface">Packets leave by it.</param>
/// <param name="Flags">BSD's bits: UP 1, GATEWAY 2, HOST 4, REJECT 8, connected (CLONING) 0x100, STATIC 0x800, BLACKHOLE 0x1000.</param>
/// <param name="Gateway">The next hop; absent where the destination is on the link.</param>
/// <param name="Mtu">Of this route; absent: the interface's.</param>
/// <param name="Uses">How often it was looked up.</param>
public sealed record RouteInfo(
    string Destination, int PrefixLength, string Interface, int Flags, string? Gateway = null, int? Mtu = null, long Uses = 0);

/// <summary>A route to add, or an existing one's new properties.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record RouteSettings
{
    /// <summary>Bits beyond the prefix are ignored.</summary>
    public required string Destination { get; init; }

    public required int PrefixLength { get; init; }

    /// <summary>Must be a neighbour.</summary>
    public string? Gateway { get; init; }

    /// <summary>A name, or the address of an interface; needed where there's no gateway.</summary>
    public string? Interface { get; init; }

    /// <summary>Packets are refused with an ICMP unreachable.</summary>
    public bool Reject { get; init; }

    /// <summary>Packets are dropped silently.</summary>
    public bool Blackhole { get; init; }

    /// <summary>Bytes; absent: the interface's.</summary>
    public int? Mtu { get; init; }
}

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record RouteName(string Destination, int PrefixLength);

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record RouteQuery(string Destination);

/// <summary>Takes away what was added by hand or leads to gateways; the networks of interfaces stay.</summary>
/// <param name="IncludeDefault">The default route, too.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record RouteFlush(bool IncludeDefault = false);

/// <summary>How a packet would leave.</summary>
/// <param name="Interface">Leaves by it.</param>
/// <param name="NextHop">The neighbour that gets it.</param>
/// <param name="Source">The address of ours that it bears.</param>
/// <param name="Mtu">Bytes of the largest packet that the path takes, as far as is known.</param>
/// <param name="Route">What matched; absent for an address of the stack's own.</param>
public sealed record RouteLookup(string Interface, string NextHop, string Source, int Mtu, RouteInfo? Route = null);
