using IoPkt.Daemon.Management;
using IoPkt.Stack;
using IoPkt.Wire.Sockets;

namespace IoPkt.Daemon.Sockets.Options;

/// <summary>IPPROTO_TCP, of stream sockets only.</summary>
internal static class TcpLevelOptions
{
    public static IEnumerable<SocketOption> Create() => TcpOption.All.Select(static option => new BytesOption(
        LinuxLevels.Tcp, option.Name,
        (pair, value) => option.Get((TcpSocket)pair.Socket, value),
        option.Set is not { } set ? null : (SocketPair pair, ReadOnlySpan<byte> value, in ClientCredentials _) => set((TcpSocket)pair.Socket, value),
        static pair => pair is StreamPair));
}
