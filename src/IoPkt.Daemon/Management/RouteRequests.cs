using IoPkt.Daemon.Threads;
using IoPkt.Stack;
using IoPkt.Wire.Management;

namespace IoPkt.Daemon.Management;

/// <summary>The routing table, and what the fast path of forwarding has made of it.</summary>
internal sealed class RouteRequests(IStackContext context) : IOperationGroup
{
    public void Register(OperationTable table)
    {
        table.Add(ManagementOperations.Routes, _ => context.InvokeAsync(List));
        table.Add(ManagementOperations.Flows, _ => context.InvokeAsync(Flows));
        table.Add(ManagementOperations.GetRoute, query => context.InvokeAsync(stack => Get(stack, query)));
        table.Add(ManagementOperations.AddRoute, settings => context.InvokeAsync(stack => Add(stack, settings)));
        table.Add(ManagementOperations.ChangeRoute, settings => context.InvokeAsync(stack => Change(stack, settings)));
        table.Add(ManagementOperations.DeleteRoute, name => context.InvokeAsync(stack => Delete(stack, name)));
        table.Add(ManagementOperations.FlushRoutes, request => context.InvokeAsync(stack => Flush(stack, request)));
    }

    private static RouteList List(NetworkStack stack) => new(
        [.. stack.Ipv4.Routes.All.Select(Describe)]);

    private static FlowList Flows(NetworkStack stack) => new([.. stack.Ipv4.FastForwarder.Flows.Select(f => new FlowInfo(
        f.Source.ToString(), f.Destination.ToString(), f.Receiver.Name, f.Output.Name, f.NextHop.ToString(), f.Mtu, f.Expires.TotalSeconds))]);

    private static RouteLookup Get(NetworkStack stack, RouteQuery query)
    {
        InetAddress destination = RequestValues.Ipv4(query.Destination, "destination");
        RouteCache cache = new();
        Errno error = stack.Ipv4.FindRoute(destination, null, cache);
        Route? route = cache.Route ?? stack.Ipv4.Routes.Find(destination);
        NetworkInterface? leaving = cache.Interface ?? route?.Interface;
        if (leaving is null || (error != Errno.None && route is null))
            throw new ManagementException(Errno.NetworkUnreachable, $"{destination}: not in table");
        InetAddress nextHop = error == Errno.None ? cache.NextHop : route!.Gateway;
        return new RouteLookup(
            leaving.Name,
            (nextHop.IsUnspecified ? destination : nextHop).ToString(),
            cache.Source.IsIpv4 ? cache.Source.ToString() : InetAddress.AnyIpv4.ToString(),
            error == Errno.None ? cache.Mtu : leaving.Mtu,
            route is null ? null : Describe(route));
    }

    private static RouteInfo Add(NetworkStack stack, RouteSettings settings)
    {
        Route route = RouteResolver.Resolve(stack, settings);
        Errno error = stack.Ipv4.Routes.Add(route);
        if (error == Errno.Exists)
            throw new ManagementException(error, $"{Name(route)}: File exists");
        if (error != Errno.None)
            throw new ManagementException(error, $"{Name(route)}: {error}");
        return Describe(route);
    }

    private static RouteInfo Change(NetworkStack stack, RouteSettings settings)
    {
        Route previous = FindExact(stack, settings.Destination, settings.PrefixLength);

        // What the request doesn't say stays: a change of the MTU alone must not lose the gateway.
        if (settings.Gateway is null && settings.Interface is null)
        {
            settings = settings with
            {
                Gateway = RequestValues.Text(previous.Gateway),
                Interface = previous.Interface.Name,
            };
        }
        Route changed = RouteResolver.Resolve(stack, settings);
        if (settings.Mtu is null)
            changed = changed with { Mtu = previous.Mtu };
        stack.Ipv4.Routes.Delete(previous.Destination, previous.PrefixLength);
        Errno error = stack.Ipv4.Routes.Add(changed);
        if (error == Errno.None)
            return Describe(changed);
        stack.Ipv4.Routes.Add(previous);
        throw new ManagementException(error, $"{Name(changed)}: {error}");
    }

    private static RouteInfo Delete(NetworkStack stack, RouteName name)
    {
        Route route = FindExact(stack, name.Destination, name.PrefixLength);
        Errno error = stack.Ipv4.Routes.Delete(route.Destination, route.PrefixLength);
        return error == Errno.None ? Describe(route) : throw new ManagementException(error, $"{Name(route)}: {error}");
    }

    private static RouteList Flush(NetworkStack stack, RouteFlush request)
    {
        Route[] flushed =
        [
            .. stack.Ipv4.Routes.All.Where(r =>
                (r.Flags & (RouteFlags.Gateway | RouteFlags.Static)) != 0 && (r.PrefixLength != 0 || request.IncludeDefault)),
        ];
        foreach (Route route in flushed)
            stack.Ipv4.Routes.Delete(route.Destination, route.PrefixLength);
        return new RouteList([.. flushed.Select(Describe)]);
    }

    private static Route FindExact(NetworkStack stack, string destination, int prefixLength)
    {
        int length = RequestValues.PrefixLength(prefixLength);
        InetAddress network = RequestValues.Ipv4(destination, "destination").Mask(length);
        return stack.Ipv4.Routes.FindExact(network, length)
            ?? throw new ManagementException(Errno.NoEntry, $"{network}/{length}: not in table");
    }

    private static string Name(Route route) => route.PrefixLength == 0 ? "default" : $"{route.Destination}/{route.PrefixLength}";

    private static RouteInfo Describe(Route route) => new(
        route.Destination.ToString(),
        route.PrefixLength,
        route.Interface.Name,
        (int)route.Flags,
        RequestValues.Text(route.Gateway),
        route.Mtu == 0 ? null : route.Mtu,
        route.Uses);
}
