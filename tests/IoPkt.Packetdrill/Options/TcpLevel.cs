using IoPkt.Daemon.Sockets.Options;
using IoPkt.Packetdrill.Files;
using IoPkt.Wire.Sockets;

namespace IoPkt.Packetdrill.Options;

/// <summary>IPPROTO_TCP: the daemon's options, and what the daemon can't have because reads aren't told to it.</summary>
internal static class TcpLevel
{
    private const int Queue = 36;

    public static IEnumerable<KeyValuePair<(int, int), OptionValue>> All =>
    [
        .. TcpOption.All.Select(static option => Tcp(option.Name, new OptionValue(
            (file, value) => option.Get(((StreamFile)file).Tcp, value),
            option.Set is not { } set ? null : (file, value) => set(((StreamFile)file).Tcp, value)))),
        Tcp(Queue, OptionValue.Tcp(static file => file.ReportsQueue ? 1 : 0, SetQueue)),
    ];

    private static KeyValuePair<(int, int), OptionValue> Tcp(int name, OptionValue value) => new((LinuxLevels.Tcp, name), value);

    private static Errno SetQueue(StreamFile file, int value)
    {
        file.ReportsQueue = value != 0;
        return Errno.None;
    }
}
