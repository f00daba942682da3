namespace IoPkt.Daemon.Sockets;

/// <summary>Where and how the socket service meets its clients.</summary>
public sealed record SocketServiceOptions
{
    /// <summary>
    /// <c>prefix=</c>: what stands before <c>/dev/socket</c>, and what clients have in <c>SOCK</c>. At most 64 bytes, because it's part of each socket's name.
    /// </summary>
    public string Prefix { get; init; } = "";

    /// <summary><c>recv_ctxt</c></summary>
    public int ReceiveContext { get; init; } = Sockets.ReceiveContext.Default;

    /// <summary><c>threads_min</c>, <c>threads_max</c>, <c>threads_incr</c></summary>
    public OperationLimits Operations { get; init; } = new();
}
