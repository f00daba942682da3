using System.Text.Json.Serialization;

namespace IoPkt.Wire.Management;

public sealed record NeighborList(IReadOnlyList<NeighborInfo> Neighbors);

/// <summary>An entry of the ARP table.</summary>
/// <param name="Address">The neighbour's protocol address.</param>
/// <param name="Interface">Where it is.</param>
/// <param name="State">RFC 4861's: "incomplete", "reachable", "stale", "delay", "probe"; or "failed" (nobody answered), "static" (set by hand).</param>
/// <param name="LinkAddress">Absent while it isn't known.</param>
public sealed record NeighborInfo(string Address, string Interface, string State, string? LinkAddress = null);

/// <summary>An entry to set.</summary>
/// <param name="Address">Of a neighbour: in the network of an interface.</param>
/// <param name="LinkAddress"><c>02:00:00:00:00:01</c></param>
/// <param name="Interface">Absent: the one in whose network the address is.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record NeighborSettings(string Address, string LinkAddress, string? Interface = null);

/// <param name="Address">Absent: every entry.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record NeighborName(string? Address = null);
