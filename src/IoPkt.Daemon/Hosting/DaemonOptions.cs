using IoPkt.Daemon.CommandLine;

namespace IoPkt.Daemon.Hosting;

/// <summary>What this daemon was started with.</summary>
public sealed record DaemonOptions
{
    /// <summary>The variant: "io-pkt-v4".</summary>
    public required string Program { get; init; }

    public required DaemonArguments Arguments { get; init; }

    public required TcpipOptions Tcpip { get; init; }

    /// <summary><c>-U</c></summary>
    internal UserIdentity? User { get; init; }

    /// <summary>The number of <c>-i</c>.</summary>
    public int Instance => Arguments.Instance;

    /// <summary>What log entries begin with: "io-pkt-v4", or "io-pkt-v4-i1" for instance 1.</summary>
    public string LogName => Instance == 0 ? Program : FormattableString.Invariant($"{Program}-i{Instance}");

    /// <summary><c>prefix=</c>, without a slash at its end; "" when not given.</summary>
    public string Prefix => Tcpip.Prefix;

    internal Threads.PacketThreadOptions PacketThreads => new(Arguments.Threads)
    {
        StackSize = Tcpip.StackSize,
        // Without a thread of its own the stack runs on packet threads, so its priority is theirs.
        Priority = Tcpip.ThreadPriority ?? (Arguments.DedicatedStackThread ? null : Arguments.Priority),
        DedicatedStackThread = Arguments.DedicatedStackThread,
        StackPriority = Arguments.Priority,
    };

    /// <summary>Where the socket service makes its entries: <c>&lt;prefix&gt;/dev/socket</c>. It exists, and is this daemon's alone, before any service starts.</summary>
    public string SocketFolder => Prefix + "/dev/socket";
}
