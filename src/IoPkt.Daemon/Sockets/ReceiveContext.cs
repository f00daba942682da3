namespace IoPkt.Daemon.Sockets;

/// <summary><c>recv_ctxt</c>: bytes of a client's data that are received at one time.</summary>
internal static class ReceiveContext
{
    public const int Minimum = 2048;

    /// <summary>One packet of 64 KiB's worth, which is what a stream's data is cut into; more at a time would gain nothing.</summary>
    public const int Maximum = 65536;

    public const int Default = Maximum;
}
