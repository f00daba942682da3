using System.Text.Json;
using System.Text.Json.Serialization;

namespace IoPkt.Wire.Management;

/// <summary>A request as it crosses: which one, and its arguments, not looked at yet.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ManagementRequest
{
    /// <summary>Absent: 1.</summary>
    public int Version { get; init; } = ManagementMessage.Version;

    public required string Request { get; init; }

    /// <summary>Absent: an empty object.</summary>
    public JsonElement? Arguments { get; init; }
}

/// <summary>Why a request was refused.</summary>
/// <param name="Errno">Linux's number, not 0.</param>
/// <param name="Message">For the user, without a full stop.</param>
public sealed record ManagementError(int Errno, string Message);

/// <summary>The arguments of a request that has none.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record NoArguments;

/// <summary>The result of a request that has nothing to tell but that it succeeded.</summary>
public sealed record NoResult;
