using System.Text.Json;
using System.Text.Json.Serialization;

namespace IoPkt.Wire.Management;

/// <summary>A request as it crosses.</summary>
/// <param name="Request">Which one.</param>
/// <param name="Version">Of the protocol.</param>
/// <param name="Arguments">Not looked at yet; absent: an empty object.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ManagementRequest(string Request, int Version = ManagementMessage.Version, JsonElement? Arguments = null);

/// <summary>Why a request was refused.</summary>
/// <param name="Errno">Linux's number, not 0.</param>
/// <param name="Message">For the user, without a full stop.</param>
public sealed record ManagementError(int Errno, string Message);

/// <summary>The arguments of a request that has none.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record NoArguments;

/// <summary>The result of a request that has nothing to tell but that it succeeded.</summary>
public sealed record NoResult;
