using IoPkt.Wire.Management;

namespace IoPkt.Tools.Route;

/// <summary>What route prints.</summary>
internal sealed class RouteReport(ToolContext context, AddressFormat format, bool quiet, bool gatewayOnly)
{
    /// <summary>"add net default: gateway 10.1.0.1"</summary>
    public Task ChangedAsync(string command, RouteInfo route)
    {
        if (quiet)
            return Task.CompletedTask;
        string kind = route.PrefixLength == 32 ? "host" : "net";
        return context.Output.WriteAsync($"{command} {kind} {Destination(route)}: gateway {Gateway(route)}\n");
    }

    public Task FlushedAsync(RouteInfo route) =>
        quiet ? Task.CompletedTask : context.Output.WriteAsync($"{Destination(route),-20} {Gateway(route),-20} done\n");

    public Task FoundAsync(uint destination, RouteLookup found)
    {
        RouteInfo? route = found.Route;
        if (gatewayOnly)
            return context.Output.WriteAsync($"{(route?.Gateway is null ? found.Interface : format.Host(Inet.Parse(route.Gateway)))}\n");
        string text = $"   route to: {format.Host(destination)}\n";
        if (route is not null)
        {
            text += $"destination: {Destination(route)}\n";
            if (route.PrefixLength != 32)
                text += $"       mask: {(route.PrefixLength == 0 ? "default" : Inet.Format(Inet.MaskOf(route.PrefixLength)))}\n";
            if (route.Gateway is not null)
                text += $"    gateway: {format.Host(Inet.Parse(route.Gateway))}\n";
        }
        text += $" local addr: {format.Host(Inet.Parse(found.Source))}\n  interface: {found.Interface}\n";
        if (route is not null)
            text += $"      flags: {BitNames.FormatRouteFlags(route.Flags)}\n";
        return context.Output.WriteAsync($"{text}        mtu: {found.Mtu}\n");
    }

    public async Task ShowAsync()
    {
        IReadOnlyList<RouteInfo> routes = await context.Management.GetRoutesAsync(context.Interrupted).ConfigureAwait(false);
        IReadOnlyList<InterfaceInfo> interfaces = await context.Management.GetInterfacesAsync(context.Interrupted).ConfigureAwait(false);
        await context.Output.WriteAsync(RoutePrinter.Format(routes, interfaces.ToDictionary(i => i.Name, i => i.Index), format)).ConfigureAwait(false);
    }

    private string Destination(RouteInfo route)
    {
        uint destination = Inet.Parse(route.Destination);
        return route.PrefixLength switch
        {
            0 when destination == 0 => "default",
            32 => format.Host(destination),
            _ => Inet.Format(destination),
        };
    }

    private string Gateway(RouteInfo route) => route.Gateway is null ? route.Interface : format.Host(Inet.Parse(route.Gateway));
}
