using System.Text.Json.Serialization;

namespace IoPkt.Wire.Management;

/// <summary>A driver to load, as <c>-d</c> and <c>mount -T io-pkt</c> do.</summary>
/// <param name="Module">"tap", "devnp-tap.so", or a path.</param>
/// <param name="Options">Comma-separated.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record DriverModule(string Module, string? Options = null);
