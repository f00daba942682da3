using System.Text.Json.Serialization;

namespace IoPkt.Wire.Management;

/// <summary>A protocol address of an interface.</summary>
/// <param name="Family">"inet" or "inet6".</param>
/// <param name="Address">In its usual written form, as all addresses here.</param>
/// <param name="PrefixLength">Bits of the network's part.</param>
/// <param name="Broadcast">Absent where there's none.</param>
/// <param name="Destination">The other end of a point-to-point link; absent elsewhere.</param>
/// <param name="State">"tentative": the link is still being asked; "duplicated": another station uses it; absent: all is well.</param>
public sealed record AddressInfo(
    string Family, string Address, int PrefixLength, string? Broadcast = null, string? Destination = null, string? State = null);

/// <summary>Gives an interface an address, and takes it up.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record AddressSettings
{
    public required string Interface { get; init; }

    public required string Address { get; init; }

    /// <summary>Absent: that of the address's class (8, 16 or 24), or what the same address has already.</summary>
    public int? PrefixLength { get; init; }

    /// <summary>Absent: all ones in the host's part, on an interface that broadcasts.</summary>
    public string? Broadcast { get; init; }

    /// <summary>The other end of a point-to-point link.</summary>
    public string? Destination { get; init; }

    /// <summary><c>true</c>: in addition to those there are; otherwise it takes the place of the first.</summary>
    public bool Alias { get; init; }
}

/// <param name="Interface">Whose address.</param>
/// <param name="Address">Absent: the first one.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record AddressName(string Interface, string? Address = null);
