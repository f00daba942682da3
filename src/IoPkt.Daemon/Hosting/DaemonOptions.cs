using IoPkt.Daemon.CommandLine;

namespace IoPkt.Daemon.Hosting;

/// <summary>What this daemon was started with.</summary>
public sealed record DaemonOptions
{
    /// <summary>The variant: "io-pkt-v4".</summary>
    public required string Program { get; init; }

    public required DaemonArguments Arguments { get; init; }

    public required TcpipOptions Tcpip { get; init; }

    /// <summary>The number of <c>-i</c>.</summary>
    public int Instance => Arguments.Instance;

    /// <summary><c>prefix=</c>, without a slash at its end; "" when not given.</summary>
    public string Prefix => Tcpip.Prefix;

    /// <summary>Where the socket service makes its entries: <c>&lt;prefix&gt;/dev/socket</c>. It exists, and is this daemon's alone, before any service starts.</summary>
    public string SocketFolder => Prefix + "/dev/socket";
}
