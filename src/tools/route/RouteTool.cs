using IoPkt.Client;
using IoPkt.Wire.Management;

namespace IoPkt.Tools.Route;

/// <summary>route(8): shows and changes the routing table.</summary>
internal sealed class RouteTool : ITool
{
    public string Name => "route";

    public IReadOnlyList<string> Usage =>
    [
        "[-fnq] add | change [-net | -host] destination gateway [modifiers]",
        "[-fnq] delete [-net | -host] destination [modifiers]",
        "[-ns] get destination",
        "[-n] show",
        "[-nq] flush | flushall",
    ];

    public string Help => """

        add, change, delete   a route         get     what a packet to the destination would take
        show                  all routes      flush   takes away the routes by hand and through gateways; flushall: also the default

        destination: an address, a network such as 10.1/16, "default", or a host in /etc/hosts.
        modifiers:
          -net, -host              how to understand the destination; else its class decides
          -netmask MASK, -prefixlen N    of the destination
          -interface, -iface       the gateway is an interface, by name or by its address: the destination is on that link
          -ifp INTERFACE           packets leave by this interface
          -reject                  packets get an ICMP unreachable        -blackhole   packets are dropped silently
          -mtu N                   of this route

        -f  flushes first    -n  numbers, not names    -q  prints nothing    -s  get prints the gateway only
        SOCK names the stack: the prefix of the io-pkt to ask.

        examples:
          SOCK=/alt route add default 10.1.0.1
          route add -net 192.168.1.0 -netmask 255.255.255.240 10.200.0.1
          route add 10.9/16 -interface tap0
          route -n get 10.9.0.1
        """;

    public async Task<int> RunAsync(ToolContext context, IReadOnlyList<string> arguments)
    {
        OptionParser options = new("fnqs");
        IReadOnlyList<string> words = options.Parse(arguments);
        RouteReport report = new(context, new AddressFormat(options.Has('n'), options.Has('n')), options.Has('q'), options.Has('s'));
        if (words.Count == 0 && !options.Has('f'))
            throw new UsageException("the command is missing");
        if (options.Has('f'))
            await FlushAsync(context, report, true).ConfigureAwait(false);
        if (words.Count > 0)
            await RunAsync(context, report, words).ConfigureAwait(false);
        return 0;
    }

    private static async Task RunAsync(ToolContext context, RouteReport report, IReadOnlyList<string> words)
    {
        IoPktManagement management = context.Management;
        CancellationToken interrupted = context.Interrupted;
        IReadOnlyList<string> rest = [.. words.Skip(1)];
        switch (words[0])
        {
            case "add":
                await report.ChangedAsync("add", await management.AddRouteAsync(Parse(rest, true).ToSettings(), interrupted).ConfigureAwait(false))
                    .ConfigureAwait(false);
                break;
            case "change":
                await report.ChangedAsync("change", await management.ChangeRouteAsync(Parse(rest, false).ToSettings(), interrupted).ConfigureAwait(false))
                    .ConfigureAwait(false);
                break;
            case "delete":
                RouteArguments deleted = Parse(rest, false);
                RouteInfo was = await management.DeleteRouteAsync(Inet.Format(deleted.Destination), deleted.PrefixLength, interrupted).ConfigureAwait(false);
                await report.ChangedAsync("delete", was).ConfigureAwait(false);
                break;
            case "get":
                RouteArguments asked = Parse(rest, false);
                asked.RejectModifiers("get");
                await report.FoundAsync(asked.Destination, await management.GetRouteAsync(Inet.Format(asked.Destination), interrupted).ConfigureAwait(false))
                    .ConfigureAwait(false);
                break;
            case "show":
                RejectRest(rest);
                await report.ShowAsync().ConfigureAwait(false);
                break;
            case "flush" or "flushall":
                RejectRest(rest);
                await FlushAsync(context, report, words[0] == "flushall").ConfigureAwait(false);
                break;
            default:
                throw new UsageException($"unknown command '{words[0]}'");
        }
    }

    private static RouteArguments Parse(IReadOnlyList<string> words, bool needsGateway) => RouteArguments.Parse(words, needsGateway, new HostNames());

    private static void RejectRest(IReadOnlyList<string> rest)
    {
        if (rest.Count > 0 && rest[0] is not "-inet")
            throw new UsageException($"unexpected '{rest[0]}'");
    }

    private static async Task FlushAsync(ToolContext context, RouteReport report, bool includeDefault)
    {
        foreach (RouteInfo flushed in await context.Management.FlushRoutesAsync(includeDefault, context.Interrupted).ConfigureAwait(false))
            await report.FlushedAsync(flushed).ConfigureAwait(false);
    }
}
