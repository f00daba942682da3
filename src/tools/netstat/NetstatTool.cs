using IoPkt.Client;
using IoPkt.Wire.Management;

namespace IoPkt.Tools.Netstat;

/// <summary>netstat(1): sockets, routes, interfaces, counters, packet memory and forwarded flows of a stack.</summary>
internal sealed class NetstatTool : ITool
{
    public string Name => "netstat";

    public IReadOnlyList<string> Usage =>
    [
        "[-aCnS] [-f inet] [-p protocol]",
        "-r [-nS]",
        "-i | -I interface [-abdhn]",
        "-w wait [-I interface] [-bd]",
        "-s [-s] [-p protocol]",
        "-p protocol",
        "-m",
        "-F [-nS]",
    ];

    public string Help => """

        Without options: the sockets that have a peer.
        -a  all sockets, servers too      -n  numbers instead of names      -S  hosts as numbers, ports by name
        -C  each connection's congestion control
        -r  routes    -i  interfaces    -I IF  one of them    -a  with their multicast groups    -m  packet memory
        -F  flows that are forwarded on the fast path
        -b  bytes instead of packets    -d  drops, too    -h  with -b: sizes in K, M, G
        -s  counters of every protocol; twice: without those that are zero      -p PROTOCOL  of one of them
        -w N  traffic in every N seconds, until interrupted
        SOCK names the stack: the prefix of the io-pkt to ask. Names come from /etc/hosts and /etc/services; DNS is never asked.

        examples:
          SOCK=/alt netstat -an
          netstat -rn
          netstat -s -p tcp
        """;

    public async Task<int> RunAsync(ToolContext context, IReadOnlyList<string> arguments)
    {
        NetstatOptions options = NetstatOptions.Parse(arguments);
        IoPktManagement management = context.Management;
        CancellationToken interrupted = context.Interrupted;
        AddressFormat format = new(options.NumericHosts, options.NumericPorts);
        if (options.Wait is TimeSpan wait)
        {
            await new TrafficMonitor(context, options).RunAsync(wait).ConfigureAwait(false);
            return 0;
        }
        string text = options.Display switch
        {
            NetstatDisplay.Memory => MbufPrinter.Format(await management.GetMbufsAsync(interrupted).ConfigureAwait(false)),
            NetstatDisplay.Flows => FlowPrinter.Format(await management.GetFlowsAsync(interrupted).ConfigureAwait(false), format),
            NetstatDisplay.Statistics => StatisticsPrinter.Format(
                await management.GetStatisticsAsync(interrupted).ConfigureAwait(false), options.Protocol, options.SkipZeros),
            NetstatDisplay.Interfaces => InterfaceTablePrinter.Format(await InterfacesAsync(context, options).ConfigureAwait(false), options, format),
            NetstatDisplay.Routes => RoutePrinter.Format(
                await management.GetRoutesAsync(interrupted).ConfigureAwait(false),
                (await management.GetInterfacesAsync(interrupted).ConfigureAwait(false)).ToDictionary(i => i.Name, i => i.Index),
                format),
            _ => SocketPrinter.Format(await management.GetSocketsAsync(interrupted).ConfigureAwait(false), options, format),
        };
        await context.Output.WriteAsync(text).ConfigureAwait(false);
        return 0;
    }

    private static async Task<IReadOnlyList<InterfaceInfo>> InterfacesAsync(ToolContext context, NetstatOptions options) =>
        options.Interface is null
            ? await context.Management.GetInterfacesAsync(context.Interrupted).ConfigureAwait(false)
            : [await context.Management.GetInterfaceAsync(options.Interface, context.Interrupted).ConfigureAwait(false)];
}
