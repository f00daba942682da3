using System.Text;
using IoPkt.Wire.Management;

namespace IoPkt.Tools.Netstat;

/// <summary>The table of sockets.</summary>
internal static class SocketPrinter
{
    public static string Format(IReadOnlyList<SocketInfo> sockets, NetstatOptions options, AddressFormat format)
    {
        StringBuilder text = new();
        foreach (SocketInfo socket in Order(sockets.Where(s => IsShown(s, options))))
        {
            if (text.Length == 0)
            {
                text.Append(options.All ? "Active Internet connections (including servers)\n" : "Active Internet connections\n");
                text.Append($"{"Proto",-5} {"Recv-Q",6} {"Send-Q",6}  {"Local Address",-22} {"Foreign Address",-22} {(options.CongestionControls ? "State       CC" : "State")}\n");
            }
            string local = format.Endpoint(socket.LocalAddress, socket.LocalPort, socket.Protocol);
            string remote = format.Endpoint(socket.RemoteAddress, socket.RemotePort, socket.Protocol);
            string state = options.CongestionControls ? $"{socket.State,-11} {socket.CongestionControl}" : $"{socket.State}";
            text.Append($"{socket.Protocol,-5} {socket.ReceiveQueued,6} {socket.SendQueued,6}  {local,-22} {remote,-22} {state}".TrimEnd()).Append('\n');
        }
        return text.ToString();
    }

    /// <summary>A server is a socket that waits for anybody: it listens, or has no peer.</summary>
    private static bool IsShown(SocketInfo socket, NetstatOptions options) =>
        (options.Protocol is null || options.Protocol == socket.Protocol)
        && (options.All || (socket.RemoteAddress is not null && socket.State != "LISTEN"));

    private static IEnumerable<SocketInfo> Order(IEnumerable<SocketInfo> sockets) => sockets
        .OrderBy(s => s.Protocol switch { "tcp" => 0, "udp" => 1, _ => 2 })
        .ThenBy(s => s.Protocol, StringComparer.Ordinal)
        .ThenBy(s => s.State == "LISTEN")
        .ThenBy(s => s.LocalPort)
        .ThenBy(s => s.RemotePort);
}
