using System.Globalization;
using System.Text;
using IoPkt.Wire.Management;

namespace IoPkt.Tools;

/// <summary>The routing table as <c>netstat -r</c> and <c>route show</c> print it.</summary>
public static class RoutePrinter
{
    private static readonly (int Bit, char Letter)[] Letters =
    [
        (0x1, 'U'), (0x2, 'G'), (0x4, 'H'), (0x8, 'R'), (0x10, 'D'), (0x100, 'C'), (0x800, 'S'), (0x1000, 'B'),
    ];

    /// <param name="routes">In the order in which they're shown.</param>
    /// <param name="interfaceIndexes">A route without a gateway shows the link that it leads to, as <c>link#2</c>.</param>
    /// <param name="format">Names or numbers.</param>
    public static string Format(IReadOnlyList<RouteInfo> routes, IReadOnlyDictionary<string, int> interfaceIndexes, AddressFormat format)
    {
        ArgumentNullException.ThrowIfNull(routes);
        ArgumentNullException.ThrowIfNull(interfaceIndexes);
        ArgumentNullException.ThrowIfNull(format);
        StringBuilder text = new("Routing tables\n\nInternet:\n");
        text.Append($"{"Destination",-18} {"Gateway",-18} {"Flags",-6} {"Uses",8} {"Mtu",6}  Interface\n");
        foreach (RouteInfo route in routes)
        {
            string gateway = route.Gateway is null
                ? $"link#{interfaceIndexes.GetValueOrDefault(route.Interface)}"
                : format.Host(Inet.Parse(route.Gateway));
            string mtu = route.Mtu?.ToString(CultureInfo.InvariantCulture) ?? "-";
            text.Append($"{format.Destination(route),-18} {gateway,-18} {Flags(route.Flags),-6} {route.Uses,8} {mtu,6}  {route.Interface}\n");
        }
        return text.ToString();
    }

    public static string Flags(int flags) => string.Concat(Letters.Where(l => (flags & l.Bit) != 0).Select(l => l.Letter));
}
