using IoPkt.Daemon.Management;
using IoPkt.Stack;
using IoPkt.Wire.Sockets;

namespace IoPkt.Daemon.Sockets.Options;

/// <summary>IPPROTO_TCP.</summary>
internal static class TcpLevelOptions
{
    public static IEnumerable<SocketOption> Create() =>
    [
        Flag(LinuxTcpOptions.NoDelay, static tcp => tcp.NoDelay, static (tcp, on) => tcp.NoDelay = on),
        Flag(LinuxTcpOptions.Cork, static tcp => tcp.Cork, static (tcp, on) => tcp.Cork = on),
    ];

    private static NumberOption Flag(int name, Func<TcpSocket, bool> get, Action<TcpSocket, bool> set) => new(
        LinuxLevels.Tcp, name,
        pair => get((TcpSocket)pair.Socket) ? 1 : 0,
        (SocketPair pair, int value, in ClientCredentials _) =>
        {
            set((TcpSocket)pair.Socket, value != 0);
            return Errno.None;
        },
        static pair => pair is StreamPair);
}
