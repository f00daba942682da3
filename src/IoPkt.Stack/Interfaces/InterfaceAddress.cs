namespace IoPkt.Stack;

/// <summary>A protocol address of an interface. Immutable: a change replaces it.</summary>
/// <param name="Address">The address itself.</param>
/// <param name="PrefixLength">Of the network it's in: 0…32 or 0…128.</param>
/// <param name="Broadcast">The subnet's broadcast address, or unspecified.</param>
/// <param name="Destination">The other end of a point-to-point link, or unspecified.</param>
public sealed record InterfaceAddress(InetAddress Address, int PrefixLength, InetAddress Broadcast, InetAddress Destination)
{
    /// <summary>Whoever configured it has asked the link already whether somebody has it (RFC 3927, section 2.2): it's only announced.</summary>
    public bool IsProbed { get; init; }
}

/// <summary>What a link knows of the uniqueness of an address.</summary>
public enum AddressState
{
    /// <summary>In use, and nobody objected.</summary>
    Valid,
    /// <summary>In use, while the link is still being asked.</summary>
    Tentative,
    /// <summary>Another station uses it.</summary>
    Duplicated,
}
