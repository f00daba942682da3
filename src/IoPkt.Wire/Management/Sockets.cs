namespace IoPkt.Wire.Management;

public sealed record SocketList(IReadOnlyList<SocketInfo> Sockets);

/// <summary>A socket of the stack.</summary>
/// <param name="Protocol">"tcp", "udp", "icmp" or a raw protocol's number.</param>
/// <param name="Family">"inet" or "inet6".</param>
/// <param name="LocalPort">0: none.</param>
/// <param name="RemotePort">0: none.</param>
/// <param name="ReceiveQueued">Bytes that the program hasn't read.</param>
/// <param name="SendQueued">Bytes that the peer hasn't acknowledged.</param>
/// <param name="LocalAddress">Absent: any.</param>
/// <param name="RemoteAddress">Absent: not connected.</param>
/// <param name="State">TCP's, as netstat names it: "LISTEN", "ESTABLISHED", "FIN_WAIT_1"…; absent for others.</param>
/// <param name="AcceptQueued">Connections that wait for a listening socket's program; absent for others.</param>
/// <param name="Drops">Datagrams that found the receive queue full; absent for a stream.</param>
/// <param name="CongestionControl">TCP's, by name; absent for others.</param>
public sealed record SocketInfo(
    string Protocol,
    string Family,
    int LocalPort,
    int RemotePort,
    long ReceiveQueued,
    long SendQueued,
    string? LocalAddress = null,
    string? RemoteAddress = null,
    string? State = null,
    int? AcceptQueued = null,
    long? Drops = null,
    string? CongestionControl = null);
