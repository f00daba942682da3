using System.Text;
using IoPkt.Packetdrill.Host;
using IoPkt.Stack;

namespace IoPkt.Packetdrill.Native;

/// <summary>What FreeBSD's <c>sockstat -s</c> would say.</summary>
internal static class SocketReport
{
    public static string Describe(VirtualHost host)
    {
        StringBuilder text = new();
        foreach (TcpSocket socket in host.Stack.Tcp.Sockets)
        {
            Append(text, socket.Owner is null ? "?" : "packetdril", socket, StateName(socket.State));
            // Half-open connections belong to nobody yet.
            for (int i = 0; i < socket.SynQueueLength; i++)
                Append(text, "?", socket, StateName(TcpState.SynReceived));
        }
        return text.ToString();
    }

    private static void Append(StringBuilder text, string owner, TcpSocket socket, string state) =>
        text.AppendLine($"{owner} tcp4 {socket.LocalEndpoint.Address}:{socket.LocalEndpoint.Port} {socket.RemoteEndpoint.Address}:{socket.RemoteEndpoint.Port} {state}");

    /// <summary>FreeBSD shortens one of them.</summary>
    private static string StateName(TcpState state) => state == TcpState.SynReceived ? "SYN_RCVD" : state.BsdName();
}
