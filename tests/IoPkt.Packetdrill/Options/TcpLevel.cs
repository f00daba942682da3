using System.Text;
using IoPkt.Packetdrill.Files;
using IoPkt.Stack;
using IoPkt.Wire.Sockets;

namespace IoPkt.Packetdrill.Options;

/// <summary>IPPROTO_TCP.</summary>
internal static class TcpLevel
{
    private const int CongestionInfo = 26, Queue = 36;

    public static IEnumerable<KeyValuePair<(int, int), OptionValue>> All =>
    [
        Tcp(LinuxTcpOptions.NoDelay, OptionValue.Flag(f => f.Tcp.NoDelay, (f, on) => f.Tcp.NoDelay = on)),
        Tcp(LinuxTcpOptions.Cork, OptionValue.Flag(f => f.Tcp.Cork, (f, on) => f.Tcp.Cork = on)),
        Tcp(LinuxTcpOptions.QuickAck, OptionValue.Flag(f => f.Tcp.QuickAck, (f, on) => f.Tcp.QuickAck = on)),
        Tcp(Queue, OptionValue.Flag(f => f.ReportsQueue, (f, on) => f.ReportsQueue = on)),
        Tcp(LinuxTcpOptions.KeepIdle, OptionValue.Time(TimeSpan.FromSeconds(1), 1, 32767, f => f.Tcp.KeepAliveIdle, (f, t) => f.Tcp.KeepAliveIdle = t)),
        Tcp(LinuxTcpOptions.KeepInterval, OptionValue.Time(TimeSpan.FromSeconds(1), 1, 32767, f => f.Tcp.KeepAliveInterval, (f, t) => f.Tcp.KeepAliveInterval = t)),
        Tcp(LinuxTcpOptions.KeepCount, OptionValue.Tcp(f => f.Tcp.KeepAliveCount, SetKeepCount)),
        Tcp(LinuxTcpOptions.UserTimeout, OptionValue.Time(TimeSpan.FromMilliseconds(1), 0, int.MaxValue, f => f.Tcp.UserTimeout, (f, t) => f.Tcp.UserTimeout = t)),
        Tcp(LinuxTcpOptions.DeferAccept, OptionValue.Time(TimeSpan.FromSeconds(1), 0, 65535, f => f.Tcp.DeferAccept, (f, t) => f.Tcp.DeferAccept = t)),
        Tcp(LinuxTcpOptions.MaximumSegment, OptionValue.Tcp(GetMaximumSegment, SetMaximumSegment)),
        Tcp(LinuxTcpOptions.Congestion, new OptionValue(GetCongestion, SetCongestion)),
        Tcp(LinuxTcpOptions.Info, new OptionValue(GetInfo, null)),
        // No algorithm of ours tells more than TCP_INFO does; Linux says so with a length of 0.
        Tcp(CongestionInfo, new OptionValue((_, _) => 0, null)),
    ];

    private static KeyValuePair<(int, int), OptionValue> Tcp(int name, OptionValue value) => new((LinuxLevels.Tcp, name), value);

    private static Errno SetKeepCount(StreamFile file, int value)
    {
        if (value is < 1 or > 127)
            return Errno.Invalid;
        file.Tcp.KeepAliveCount = value;
        return Errno.None;
    }

    private static int GetMaximumSegment(StreamFile file) =>
        file.Tcp.State is TcpState.Closed or TcpState.Listen or TcpState.SynSent && file.Tcp.MaximumSegment > 0 ? file.Tcp.MaximumSegment
        : file.Tcp.GetInfo().SendMaximumSegment is > 0 and var size ? size
        : file.Tcp.Stack.Tcp.Settings.DefaultMaximumSegment;

    private static Errno SetMaximumSegment(StreamFile file, int value)
    {
        if (value != 0 && value is < 88 or > 32767)
            return Errno.Invalid;
        file.Tcp.MaximumSegment = value;
        return Errno.None;
    }

    private static int GetCongestion(SocketFile file, Span<byte> value) => Encoding.ASCII.GetBytes(((StreamFile)file).Tcp.CongestionControl, value) is var length ? Math.Max(16, length) : 0;

    private static Errno SetCongestion(SocketFile file, ReadOnlySpan<byte> value) =>
        ((StreamFile)file).Tcp.SetCongestionControl(Encoding.ASCII.GetString(value).TrimEnd('\0') is "reno" ? "newreno" : Encoding.ASCII.GetString(value).TrimEnd('\0'));

    private static int GetInfo(SocketFile file, Span<byte> value)
    {
        LinuxTcpInfo.Write(((StreamFile)file).Tcp.GetInfo(), value);
        return LinuxTcpInfo.Size;
    }
}
