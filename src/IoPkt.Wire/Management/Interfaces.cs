using System.Text.Json.Serialization;

namespace IoPkt.Wire.Management;

/// <param name="Name">Only this one; absent: all.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record InterfaceQuery(string? Name = null);

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record InterfaceName(string Name);

/// <param name="Names">What was created.</param>
public sealed record CreatedInterfaces(IReadOnlyList<string> Names);

/// <param name="Interfaces">In order of their indices.</param>
public sealed record InterfaceList(IReadOnlyList<InterfaceInfo> Interfaces);

/// <summary>What to change of an interface; what is absent stays as it is.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record InterfaceSettings
{
    public required string Name { get; init; }

    public bool? Up { get; init; }

    /// <summary>Bytes of the largest packet.</summary>
    public int? Mtu { get; init; }

    /// <summary>Sets the counters of traffic to zero.</summary>
    public bool ResetCounters { get; init; }
}

/// <summary>An interface as it is now.</summary>
public sealed record InterfaceInfo
{
    public required string Name { get; init; }

    public required int Index { get; init; }

    /// <summary>BSD's flag bits: UP 1, BROADCAST 2, LOOPBACK 8, POINTOPOINT 0x10, RUNNING 0x40, SIMPLEX 0x800, MULTICAST 0x8000 …</summary>
    public required int Flags { get; init; }

    public required int Mtu { get; init; }

    /// <summary><c>02:00:00:00:00:01</c>; absent where there's no link address.</summary>
    public string? LinkAddress { get; init; }

    /// <summary>NetBSD's capability bits: IP4CSUM 1, TCP4CSUM 2, UDP4CSUM 4, TCP6CSUM 8, UDP6CSUM 0x10, TSO4 0x20, TSO6 0x40. All of them are in use.</summary>
    public int ReceiveCapabilities { get; init; }

    public int TransmitCapabilities { get; init; }

    /// <summary>The module behind it: "devnp-tap"; absent where there's no device.</summary>
    public string? Driver { get; init; }

    /// <summary>The driver's one line on its medium; absent where there's no device.</summary>
    public string? Media { get; init; }

    /// <summary><c>true</c>: there's a carrier; absent: nobody knows.</summary>
    public bool? LinkUp { get; init; }

    public required IReadOnlyList<AddressInfo> Addresses { get; init; }

    /// <summary>The multicast groups that sockets have joined on it.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>Between the stack and the interface.</summary>
    public required TrafficCounters Received { get; init; }

    public required TrafficCounters Transmitted { get; init; }

    /// <summary>Frames of protocols that the stack doesn't have.</summary>
    public long NoProtocol { get; init; }

    /// <summary>The device's own counters, one pair a queue, and what was lost between it and the stack; empty where there's no device.</summary>
    public IReadOnlyList<QueueCounters> Queues { get; init; } = [];
}

/// <param name="Errors">Frames that were malformed, or that the device refused.</param>
/// <param name="Drops">Frames lost for want of memory or queue space.</param>
public sealed record TrafficCounters(long Packets, long Bytes, long Multicasts, long Errors, long Drops);

public sealed record QueueCounters(TrafficCounters Received, TrafficCounters Transmitted);
