using System.Text.Json.Serialization;

namespace IoPkt.Wire.Management;

public sealed record NeighbourList(IReadOnlyList<NeighbourInfo> Neighbours);

/// <summary>An entry of the ARP table.</summary>
/// <param name="Address">The neighbour's protocol address.</param>
/// <param name="Interface">Where it is.</param>
/// <param name="LinkAddress">Absent while it isn't known.</param>
/// <param name="IsStatic">Set by hand; it doesn't expire.</param>
/// <param name="ExpiresSeconds">Until it's asked for again; absent for a static entry.</param>
public sealed record NeighbourInfo(string Address, string Interface, string? LinkAddress, bool IsStatic, int? ExpiresSeconds = null);

/// <summary>An entry to set.</summary>
/// <param name="Address">Of a neighbour: in the network of an interface.</param>
/// <param name="LinkAddress"><c>02:00:00:00:00:01</c></param>
/// <param name="Interface">Absent: the one in whose network the address is.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record NeighbourSettings(string Address, string LinkAddress, string? Interface = null);

/// <param name="Address">Absent: every entry.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record NeighbourName(string? Address = null);
