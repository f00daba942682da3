using System.Globalization;
using System.Net;

namespace IoPkt.Drivers.Udp;

/// <summary>What the user asked of the link.</summary>
internal sealed class UdpOptions
{
    /// <summary>Bytes: what IPv4 needs (RFC 791), and what a UDP datagram over IPv4 holds beside an Ethernet header.</summary>
    public const int MinimumMtu = 68, MaximumMtu = 65507 - EthernetHeader;

    public const int EthernetHeader = 14;

    public static readonly IReadOnlyList<ModuleOption> Known =
    [
        new("local", "ADDRESS:PORT", "where frames are received, on the host"),
        new("remote", "ADDRESS:PORT", "where they're sent, and the only place from which they're taken"),
        new("mac", "ADDRESS", "our Ethernet address; by default a random one"),
        new("mtu", "BYTES", $"{MinimumMtu} to {MaximumMtu}; 1500 by default"),
    ];

    /// <exception cref="ModuleException">An option is missing, or its value isn't usable.</exception>
    public UdpOptions(ModuleOptions given, Random random)
    {
        Local = ReadEndPoint(given, "local");
        Remote = ReadEndPoint(given, "remote");
        if (Local.AddressFamily != Remote.AddressFamily)
            throw new ModuleException($"options local={Local} and remote={Remote}: both must be IPv4, or both IPv6");
        if (Remote.Address.Equals(IPAddress.Any) || Remote.Address.Equals(IPAddress.IPv6Any))
            throw new ModuleException($"option remote={Remote}: the address of one host is needed");
        Mtu = (int?)given.GetNumber("mtu", MinimumMtu, MaximumMtu) ?? 1500;
        Address = given.GetString("mac") is { } mac ? ReadAddress(mac) : MacAddress.CreateLocal(random);
    }

    public IPEndPoint Local { get; }

    public IPEndPoint Remote { get; }

    public MacAddress Address { get; }

    public int Mtu { get; }

    private static IPEndPoint ReadEndPoint(ModuleOptions given, string name)
    {
        string text = given.GetString(name) ?? throw new ModuleException($"option {name} is missing: {name}=ADDRESS:PORT, for example {name}=127.0.0.1:7001");
        // The framework takes an address without a port, too.
        int colon = text.LastIndexOf(':');
        bool hasPort = colon > 0 && ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) && port > 0;
        return hasPort && IPEndPoint.TryParse(text, out IPEndPoint? endPoint) && endPoint.Port > 0
            ? endPoint
            : throw new ModuleException($"option {name}={text}: an address and a port from 1 to 65535 are needed: 127.0.0.1:7001 or [::1]:7001");
    }

    private static MacAddress ReadAddress(string text)
    {
        if (!MacAddress.TryParse(text, out MacAddress address))
            throw new ModuleException($"option mac={text}: six octets in hexadecimal are needed: 02:00:00:00:00:01");
        if (address.IsMulticast || address.IsZero)
            throw new ModuleException($"option mac={text}: that isn't the address of one station");
        return address;
    }
}
