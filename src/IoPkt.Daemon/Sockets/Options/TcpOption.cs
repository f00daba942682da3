using System.Buffers.Binary;
using System.Text;
using IoPkt.Stack;
using IoPkt.Wire.Sockets;

namespace IoPkt.Daemon.Sockets.Options;

/// <summary>
/// IPPROTO_TCP, with Linux's ranges and errors. What isn't here the stack doesn't have, and says so (ENOPROTOOPT): TCP_MD5SIG, TCP_ULP, TCP_SAVE_SYN, TCP_INQ, TCP_TX_DELAY,
/// TCP_ZEROCOPY_RECEIVE, the thin-stream options. TCP_REPAIR is refused to everybody.
/// </summary>
/// <param name="Name">The option's number.</param>
/// <param name="Get">Writes the whole value into a cleared buffer and returns its length, or a negative errno.</param>
/// <param name="Set">Takes a value; <c>null</c>: it can't be set.</param>
/// <remarks>Nothing here knows of the daemon: the host that packetdrill's scripts run on has the same options from the same file.</remarks>
internal sealed record TcpOption(int Name, TcpOption.Getter Get, TcpOption.Setter? Set)
{
    public delegate int Getter(TcpSocket tcp, Span<byte> value);

    public delegate Errno Setter(TcpSocket tcp, ReadOnlySpan<byte> value);

    private const int LongestKeepAlive = 32767;
    private const int MostProbes = 127;
    private const int LeastSegment = 88;
    private const int LargestSegment = 32767;

    /// <summary>TCP_FIN_TIMEOUT_MAX, in seconds.</summary>
    private const int LongestLinger = 120;

    /// <summary>TCP_CA_NAME_MAX</summary>
    private const int CongestionNameSize = 16;

    public static IReadOnlyList<TcpOption> All { get; } =
    [
        Flag(LinuxTcpOptions.NoDelay, static tcp => tcp.NoDelay, static (tcp, on) => tcp.NoDelay = on),
        Flag(LinuxTcpOptions.Cork, static tcp => tcp.Cork, static (tcp, on) => tcp.Cork = on),
        Flag(LinuxTcpOptions.QuickAck, static tcp => tcp.QuickAck, static (tcp, on) => tcp.QuickAck = on),
        Number(LinuxTcpOptions.MaximumSegment, static tcp => GetMaximumSegment(tcp), static (tcp, value) => SetMaximumSegment(tcp, value)),
        Number(LinuxTcpOptions.KeepIdle, static tcp => (int)tcp.KeepAliveIdle.TotalSeconds,
            static (tcp, value) => InRange(value, 1, LongestKeepAlive, () => tcp.KeepAliveIdle = TimeSpan.FromSeconds(value))),
        Number(LinuxTcpOptions.KeepInterval, static tcp => (int)tcp.KeepAliveInterval.TotalSeconds,
            static (tcp, value) => InRange(value, 1, LongestKeepAlive, () => tcp.KeepAliveInterval = TimeSpan.FromSeconds(value))),
        Number(LinuxTcpOptions.KeepCount, static tcp => tcp.KeepAliveCount, static (tcp, value) => InRange(value, 1, MostProbes, () => tcp.KeepAliveCount = value)),
        Number(LinuxTcpOptions.SynCount, static tcp => tcp.SynRetries, static (tcp, value) => InRange(value, 1, MostProbes, () => tcp.SynRetries = value)),
        Number(LinuxTcpOptions.Linger2, static tcp => GetLinger(tcp), static (tcp, value) => SetLinger(tcp, value)),
        Number(LinuxTcpOptions.DeferAccept, static tcp => (int)tcp.DeferAccept.TotalSeconds, static (tcp, value) => SetDeferAccept(tcp, value)),
        Number(LinuxTcpOptions.WindowClamp, static tcp => tcp.WindowClamp == int.MaxValue ? 0 : tcp.WindowClamp, static (tcp, value) => SetWindowClamp(tcp, value)),
        Number(LinuxTcpOptions.UserTimeout, static tcp => (int)tcp.UserTimeout.TotalMilliseconds,
            static (tcp, value) => InRange(value, 0, int.MaxValue, () => tcp.UserTimeout = TimeSpan.FromMilliseconds(value))),
        Number(LinuxTcpOptions.NotSentLowWater, static tcp => tcp.NotSentLowWater == int.MaxValue ? -1 : tcp.NotSentLowWater, static (tcp, value) => SetNotSentLowWater(tcp, value)),
        Number(LinuxTcpOptions.Timestamp, static tcp => (int)tcp.Timestamp, static (_, _) => Errno.NotPermitted),
        Number(LinuxTcpOptions.Repair, static _ => 0, static (_, _) => Errno.NotPermitted),
        Number(LinuxTcpOptions.FastOpen, static tcp => tcp.FastOpenQueue, static (tcp, value) => SetFastOpen(tcp, value)),
        Number(LinuxTcpOptions.FastOpenConnect, static tcp => tcp.FastOpenConnect ? 1 : 0, static (tcp, value) => SetFastOpenConnect(tcp, value)),
        Number(LinuxTcpOptions.FastOpenNoCookie, static tcp => tcp.FastOpenWithoutCookie ? 1 : 0, static (tcp, value) => SetFastOpenNoCookie(tcp, value)),
        new(LinuxTcpOptions.FastOpenKey, GetFastOpenKey, SetFastOpenKey),
        new(LinuxTcpOptions.Congestion, GetCongestion, SetCongestion),
        // As Linux's cubic and reno: there's nothing to tell.
        new(LinuxTcpOptions.CongestionInfo, static (_, _) => 0, null),
        new(LinuxTcpOptions.Info, GetInfo, null),
    ];

    private static TcpOption Number(int name, Func<TcpSocket, int> get, Func<TcpSocket, int, Errno> set) => new(
        name,
        (tcp, value) =>
        {
            BinaryPrimitives.WriteInt32LittleEndian(value, get(tcp));
            return sizeof(int);
        },
        (tcp, value) => value.Length < sizeof(int) ? Errno.Invalid : set(tcp, BinaryPrimitives.ReadInt32LittleEndian(value)));

    private static TcpOption Flag(int name, Func<TcpSocket, bool> get, Action<TcpSocket, bool> set) => Number(
        name,
        tcp => get(tcp) ? 1 : 0,
        (tcp, value) =>
        {
            set(tcp, value != 0);
            return Errno.None;
        });

    private static Errno InRange(int value, int least, int most, Action set)
    {
        if (value < least || value > most)
            return Errno.Invalid;
        set();
        return Errno.None;
    }

    private static bool IsNew(TcpSocket tcp) => tcp.State is TcpState.Closed or TcpState.Listen;

    private static int GetMaximumSegment(TcpSocket tcp)
    {
        int current = tcp.GetInfo().SendMaximumSegment;
        return !IsNew(tcp) && current > 0 ? current : tcp.MaximumSegment > 0 ? tcp.MaximumSegment : tcp.Stack.Tcp.Settings.DefaultMaximumSegment;
    }

    private static Errno SetMaximumSegment(TcpSocket tcp, int value)
    {
        if (value != 0 && value is < LeastSegment or > LargestSegment)
            return Errno.Invalid;
        tcp.MaximumSegment = value;
        return Errno.None;
    }

    /// <summary>Seconds; 0 is the stack's time, and −1, or more than two minutes, not to wait at all.</summary>
    private static Errno SetLinger(TcpSocket tcp, int value)
    {
        tcp.FinWait2Timeout = value == 0 ? null : value is < 0 or > LongestLinger ? TimeSpan.Zero : TimeSpan.FromSeconds(value);
        return Errno.None;
    }

    private static int GetLinger(TcpSocket tcp) =>
        tcp.FinWait2Timeout is not { } time ? (int)tcp.Stack.Tcp.Settings.FinWait2.TotalSeconds : time == TimeSpan.Zero ? -1 : (int)time.TotalSeconds;

    private static Errno SetDeferAccept(TcpSocket tcp, int value)
    {
        tcp.DeferAccept = TimeSpan.FromSeconds(Math.Max(0, value));
        return Errno.None;
    }

    private static Errno SetWindowClamp(TcpSocket tcp, int value)
    {
        if (value <= 0)
        {
            if (tcp.State != TcpState.Closed)
                return Errno.Invalid;
            tcp.WindowClamp = int.MaxValue;
            return Errno.None;
        }
        tcp.WindowClamp = Math.Max(value, LinuxBufferLimits.LeastReceive);
        return Errno.None;
    }

    /// <summary>The value is unsigned: −1 is no limit; 0 is the stack's.</summary>
    private static Errno SetNotSentLowWater(TcpSocket tcp, int value)
    {
        tcp.NotSentLowWater = value < 0 ? int.MaxValue : value;
        return Errno.None;
    }

    private static Errno SetFastOpen(TcpSocket tcp, int value)
    {
        if (value < 0 || !IsNew(tcp))
            return Errno.Invalid;
        tcp.FastOpenQueue = Math.Min(value, tcp.Stack.Options.MaximumBacklog);
        return Errno.None;
    }

    private static Errno SetFastOpenConnect(TcpSocket tcp, int value)
    {
        if (value is < 0 or > 1)
            return Errno.Invalid;
        if (!tcp.Stack.Tcp.Settings.FastOpen.Client)
            return Errno.NotSupported;
        if (tcp.State != TcpState.Closed)
            return Errno.Invalid;
        tcp.FastOpenConnect = value == 1;
        return Errno.None;
    }

    private static Errno SetFastOpenNoCookie(TcpSocket tcp, int value)
    {
        if (value is < 0 or > 1 || !IsNew(tcp))
            return Errno.Invalid;
        tcp.FastOpenWithoutCookie = value == 1;
        return Errno.None;
    }

    private static int GetFastOpenKey(TcpSocket tcp, Span<byte> value)
    {
        if (tcp.FastOpenKey is not { } key)
            return 0;
        key.Write(value);
        if (tcp.FastOpenBackupKey is not { } backup)
            return FastOpenKey.Size;
        backup.Write(value[FastOpenKey.Size..]);
        return 2 * FastOpenKey.Size;
    }

    /// <summary>One key of 16 bytes, or two: the second's cookies are still taken.</summary>
    private static Errno SetFastOpenKey(TcpSocket tcp, ReadOnlySpan<byte> value)
    {
        if (value.Length is not (FastOpenKey.Size or (2 * FastOpenKey.Size)))
            return Errno.Invalid;
        tcp.FastOpenKey = FastOpenKey.Read(value);
        tcp.FastOpenBackupKey = value.Length > FastOpenKey.Size ? FastOpenKey.Read(value[FastOpenKey.Size..]) : null;
        return Errno.None;
    }

    private static int GetCongestion(TcpSocket tcp, Span<byte> value)
    {
        Encoding.ASCII.TryGetBytes(tcp.CongestionControl, value[..(CongestionNameSize - 1)], out _);
        return CongestionNameSize;
    }

    private static Errno SetCongestion(TcpSocket tcp, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
            return Errno.Invalid;
        int end = value.IndexOf((byte)0);
        ReadOnlySpan<byte> name = value[..Math.Min(end < 0 ? value.Length : end, CongestionNameSize - 1)];
        return tcp.SetCongestionControl(Encoding.ASCII.GetString(name));
    }

    private static int GetInfo(TcpSocket tcp, Span<byte> value)
    {
        LinuxTcpInfo.Write(tcp.GetInfo(), value);
        return LinuxTcpInfo.Size;
    }
}
