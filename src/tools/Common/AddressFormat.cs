using IoPkt.Wire.Management;

namespace IoPkt.Tools;

/// <summary>Addresses as BSD's tools print them: by name where there's one, unless numbers were asked for.</summary>
/// <param name="numericHosts"><c>-n</c></param>
/// <param name="numericPorts"><c>-n</c>, too</param>
public sealed class AddressFormat(bool numericHosts, bool numericPorts)
{
    private readonly HostNames _hosts = new();
    private readonly ServiceNames _services = new();

    public string Host(uint address) => numericHosts ? Inet.Format(address) : _hosts.NameOf(address);

    /// <summary>"10.0.0.1.80", "*.http", "*.*".</summary>
    public string Endpoint(string? address, int port, string protocol)
    {
        string host = address is null ? "*" : Host(Inet.Parse(address));
        string service = port == 0 ? "*" : numericPorts ? $"{port}" : _services.NameOf(port, protocol);
        return $"{host}.{service}";
    }

    /// <summary>"default", a host, or a network: <c>10.1/16</c>, without the zeros after its prefix.</summary>
    public string Destination(RouteInfo route)
    {
        ArgumentNullException.ThrowIfNull(route);
        uint destination = Inet.Parse(route.Destination);
        return route.PrefixLength switch
        {
            0 when destination == 0 => "default",
            32 => Host(destination),
            _ => Network(destination, route.PrefixLength),
        };
    }

    /// <summary>As many numbers as the prefix reaches into: <c>10/8</c>, <c>10.1.128/17</c>.</summary>
    public static string Network(uint network, int prefixLength)
    {
        int count = Math.Max(1, (prefixLength + 7) / 8);
        string[] parts = Inet.Format(network & Inet.MaskOf(prefixLength)).Split('.');
        return $"{string.Join('.', parts.Take(count))}/{prefixLength}";
    }
}
