using IoPkt.Daemon.Threads;
using IoPkt.Stack;
using IoPkt.Wire.Management;

namespace IoPkt.Daemon.Management;

/// <summary>The sockets that exist, for netstat.</summary>
internal sealed class SocketRequests(IStackContext context) : IOperationGroup
{
    public void Register(OperationTable table) => table.Add(ManagementOperations.Sockets, _ => context.InvokeAsync(List));

    private static SocketList List(NetworkStack stack) => new(
    [
        .. stack.Tcp.Sockets.Select(Describe),
        .. stack.Udp.Sockets.Select(Describe),
        .. stack.Ipv4.RawSockets.Select(Describe),
    ]);

    private static SocketInfo Describe(TcpSocket socket)
    {
        bool listens = socket.State == TcpState.Listen;
        return Describe(socket, "tcp") with
        {
            ReceiveQueued = listens ? 0 : socket.ReceiveAvailable,
            SendQueued = listens ? 0 : socket.SendQueued,
            State = socket.State.BsdName(),
            AcceptQueued = listens ? socket.AcceptQueueLength : null,
            CongestionControl = socket.CongestionControl,
        };
    }

    private static SocketInfo Describe(DatagramSocket socket) => Describe(socket, ProtocolName(socket.Protocol)) with
    {
        ReceiveQueued = socket.ReceiveQueued,
        Drops = socket.ReceiveDrops,
    };

    private static SocketInfo Describe(InetSocket socket, string protocol) => new(
        protocol,
        RequestValues.FamilyName(socket.Family),
        socket.LocalEndpoint.Port,
        socket.RemoteEndpoint.Port,
        ReceiveQueued: 0,
        SendQueued: 0,
        RequestValues.Text(socket.LocalEndpoint.Address),
        RequestValues.Text(socket.RemoteEndpoint.Address));

    private static string ProtocolName(byte protocol) => protocol switch
    {
        1 => "icmp",
        2 => "igmp",
        6 => "tcp",
        17 => "udp",
        _ => protocol.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };
}
