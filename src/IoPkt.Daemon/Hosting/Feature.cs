namespace IoPkt.Daemon.Hosting;

/// <summary>Something that only some programs of the family have: the manual page's list of what io-pkt-v4 doesn't support.</summary>
/// <param name="Name">For people.</param>
/// <param name="Capability">The <see cref="Capability"/> that brings it, and what <c>-p</c> asks for it by.</param>
/// <param name="Variants">The programs that are to have it.</param>
public sealed record Feature(string Name, string Capability, IReadOnlyList<string> Variants)
{
    private static readonly string[] Full = ["io-pkt-v4-hc", "io-pkt-v6-hc"];

    /// <summary>Words of <c>-p tcpip</c> that ask for it.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>Interfaces that <c>ifconfig NAMEn create</c> makes where it's there.</summary>
    public IReadOnlyList<string> Interfaces { get; init; } = [];

    public static IReadOnlyList<Feature> All { get; } =
    [
        new("IPv6", "inet6", ["io-pkt-v6-hc"]) { Options = ["forward6"], Interfaces = ["faith", "stf"] },
        new("IPsec", "ipsec", Full) { Options = ["ipsec"] },
        new("Wi-Fi", "wlan", Full) { Interfaces = ["wlan"] },
        new("bridging", "bridge", Full) { Interfaces = ["bridge"] },
        new("GRE and GIF tunnels", "gre", Full) { Interfaces = ["gre", "gif"] },
        new("multicast routing", "mroute", Full) { Interfaces = ["vif"] },
        new("multilink PPP", "multilink", Full),
    ];

    /// <summary>The feature that makes interfaces of this kind ("bridge"), or <c>null</c>.</summary>
    public static Feature? OfInterface(string kind) => All.FirstOrDefault(f => f.Interfaces.Contains(kind));

    /// <summary>The feature that a protocol's name asks for ("multilink"), or <c>null</c>.</summary>
    public static Feature? OfProtocol(string name) => All.FirstOrDefault(f => f.Capability == name);

    /// <summary>Why a program hasn't got it, and which has.</summary>
    public string Explain(Variant variant)
    {
        ArgumentNullException.ThrowIfNull(variant);
        return Variants.Contains(variant.Name)
            ? $"{variant.Name} is to have {Name}, but this version hasn't yet"
            : $"{variant.Name} has no {Name}; use {string.Join(" or ", Variants)}";
    }
}
