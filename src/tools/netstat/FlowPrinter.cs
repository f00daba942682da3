using System.Text;
using IoPkt.Wire.Management;

namespace IoPkt.Tools.Netstat;

/// <summary>The flows that the fast path of forwarding knows.</summary>
internal static class FlowPrinter
{
    public static string Format(IReadOnlyList<FlowInfo> flows, AddressFormat format)
    {
        StringBuilder text = new($"{"Source",-18} {"Destination",-18} {"In",-6} {"Out",-6} {"Next station",-18} {"Mtu",6} {"Expires",8}\n");
        foreach (FlowInfo flow in flows.OrderBy(f => Inet.Parse(f.Source)).ThenBy(f => Inet.Parse(f.Destination)))
        {
            string source = format.Host(Inet.Parse(flow.Source)), destination = format.Host(Inet.Parse(flow.Destination));
            text.Append($"{source,-18} {destination,-18} {flow.Receiver,-6} {flow.Output,-6} {flow.LinkAddress,-18} {flow.Mtu,6} {flow.Expires,8:0}\n");
        }
        return text.ToString();
    }
}
