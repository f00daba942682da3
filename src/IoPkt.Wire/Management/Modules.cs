using System.Text.Json.Serialization;

namespace IoPkt.Wire.Management;

/// <summary>A driver to load, as <c>-d</c> and <c>mount -T io-pkt</c> do.</summary>
/// <param name="Module">"tap", "devnp-tap.so", or a path.</param>
/// <param name="Options">Comma-separated.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record DriverModule(string Module, string? Options = null);

/// <summary>A protocol to load, as <c>-p</c> and <c>mount -T io-pkt</c> do.</summary>
/// <param name="Module">"autoip", "lsm-autoip.so", or a path.</param>
/// <param name="Options">Comma-separated.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ProtocolModule(string Module, string? Options = null);

/// <param name="Name">"lsm-autoip".</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ProtocolName(string Name);

/// <summary>A protocol module that runs.</summary>
/// <param name="Name">"lsm-autoip".</param>
/// <param name="Path">The file it came from.</param>
/// <param name="Options">As given; absent: none were.</param>
public sealed record ProtocolInfo(string Name, string Path, string? Options = null);

public sealed record ProtocolList(IReadOnlyList<ProtocolInfo> Protocols);

/// <param name="Names">Interfaces that <c>create-interface</c> makes, without their numbers: "tap".</param>
public sealed record ClonerList(IReadOnlyList<string> Names);
