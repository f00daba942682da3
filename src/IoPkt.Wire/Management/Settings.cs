using System.Text.Json.Serialization;

namespace IoPkt.Wire.Management;

/// <param name="Name">The name of a value, or what the names of several begin with ("net.inet.tcp"); absent: all.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record SettingQuery(string? Name = null);

/// <param name="Settings">In order of their names.</param>
public sealed record SettingList(IReadOnlyList<SettingInfo> Settings);

/// <summary>A value as sysctl shows it.</summary>
/// <param name="Name">"net.inet.ip.forwarding".</param>
/// <param name="Type">"int", "bool" or "string".</param>
/// <param name="Value">As text; a bool is 0 or 1.</param>
/// <param name="IsWritable">It can be set.</param>
/// <param name="Description">One line, with the unit.</param>
public sealed record SettingInfo(string Name, string Type, string Value, bool IsWritable, string Description);

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record SettingChange(string Name, string Value);

/// <param name="Previous">The value before.</param>
/// <param name="Setting">As it is now.</param>
public sealed record SettingChanged(string Previous, SettingInfo Setting);
