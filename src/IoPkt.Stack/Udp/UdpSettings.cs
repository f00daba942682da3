namespace IoPkt.Stack;

/// <summary>What <c>sysctl net.inet.udp</c> shows and sets, for one stack.</summary>
public sealed class UdpSettings
{
    /// <summary><c>checksum</c>: datagrams over IPv4 are sent with one.</summary>
    public bool Checksum { get; set; } = true;

    /// <summary><c>recvspace</c>: bytes of memory that a new socket's waiting datagrams may hold.</summary>
    public int ReceiveSpace { get; set; } = SocketOptions.DefaultSpace;

    internal void AddTo(SysctlTree tree)
    {
        SysctlGroup udp = tree.Group("net.inet.udp");
        udp.Flag("checksum", "Datagrams are sent with a checksum (RFC 768 lets IPv4's go without)", () => Checksum, v => Checksum = v);
        udp.Number("recvspace", "A new socket's receive buffer, in bytes of memory", () => ReceiveSpace, v => ReceiveSpace = v, 4096, 1 << 30);
    }
}
