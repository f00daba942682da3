namespace IoPkt.Wire.Management;

/// <summary>Which daemon answers.</summary>
/// <param name="Version">Of the program.</param>
/// <param name="ProtocolVersion">Of this protocol.</param>
/// <param name="Variant">"io-pkt-v4".</param>
/// <param name="Instance">The number of <c>-i</c>.</param>
/// <param name="Prefix">The value of <c>prefix=</c>, perhaps empty.</param>
/// <param name="ProcessId">In the daemon's PID namespace.</param>
/// <param name="UptimeSeconds">Since the stack was made.</param>
public sealed record InstanceInfo(
    string Version, int ProtocolVersion, string Variant, int Instance, string Prefix, int ProcessId, double UptimeSeconds);
