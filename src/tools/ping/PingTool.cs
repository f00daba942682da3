using System.Net.Sockets;

namespace IoPkt.Tools.Ping;

/// <summary>ping(8): asks a host for an echo.</summary>
internal sealed class PingTool : ITool
{
    /// <summary>As BSD's ping ends when there was no answer.</summary>
    private const int NoAnswer = 2;

    public string Name => "ping";

    public IReadOnlyList<string> Usage =>
    [
        "[-aDfLnoPqQrv] [-c count] [-i interval] [-I source] [-l preload] [-p pattern]",
        "[-s size] [-t tos] [-T ttl] [-w deadline] [-W wait] host",
    ];

    public string Help => """

        -c N  requests to send        -i N  seconds between them (1)      -s N  bytes of data (56)
        -o    one answer is enough    -w N  seconds until the end         -W N  seconds for the last answers
        -T N  time to live            -t N  type of service (hexadecimal) -D    don't fragment
        -I A  source address          -r    bypass the routes             -L    no loop-back of multicasts
        -p H  data, in hexadecimal    -P    random data
        -q    no line for an answer   -Q    none for an error    -v  one for other ICMP messages, too
        -n    numbers, not names      -a    a bell for every answer
        -f    flood: as fast as answers come, at least a hundred a second; -l N: N requests at once. Both for the privileged.

        Root and the daemon's user get a raw socket, which sees the errors of routers; everybody else an ICMP datagram socket.
        The exit status is 0 if there was an answer, 2 if not, 1 if something is wrong. SOCK names the stack: the prefix of the io-pkt.

        examples:
          SOCK=/alt ping -c 3 10.1.0.1
          ping -D -s 1472 10.1.0.1
        """;

    public async Task<int> RunAsync(ToolContext context, IReadOnlyList<string> arguments)
    {
        PingOptions options = PingOptions.Parse(arguments);
        uint destination = await new HostNames().ResolveAsync(options.Host, context.Interrupted).ConfigureAwait(false);
        EchoSocket socket;
        try
        {
            socket = await EchoSocket.CreateAsync(context.Client, options, destination, new EchoData(options), context.Interrupted).ConfigureAwait(false);
        }
        catch (SocketException refused)
        {
            throw new ToolException($"socket: {refused.Message}");
        }
        using EchoSocket owned = socket;
        if ((options.Flood || options.Preload > 0) && !socket.IsRaw)
            throw new ToolException($"-{(options.Flood ? 'f' : 'l')}: Operation not permitted: only root or the daemon's user may");

        await context.Output.WriteAsync($"PING {options.Host} ({Inet.Format(destination)}): {options.Size} data bytes\n").ConfigureAwait(false);
        await context.Output.FlushAsync().ConfigureAwait(false);
        using Pinger pinger = new(context, options, socket, options.Host, new AddressFormat(options.Numeric, true));
        await pinger.RunAsync().ConfigureAwait(false);
        await context.Output.WriteAsync(pinger.Summary()).ConfigureAwait(false);
        return pinger.Statistics.Received > 0 ? 0 : NoAnswer;
    }
}
