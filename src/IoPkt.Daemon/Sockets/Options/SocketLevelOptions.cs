using System.Buffers.Binary;
using System.Text;
using IoPkt.Daemon.Management;
using IoPkt.Stack;
using IoPkt.Wire.Sockets;

namespace IoPkt.Daemon.Sockets.Options;

/// <summary>SOL_SOCKET. What isn't here the stack doesn't have, and says so: SO_MARK, SO_ATTACH_FILTER, SO_BUSY_POLL …</summary>
internal static class SocketLevelOptions
{
    /// <summary>Bytes of <c>ifreq.ifr_name</c>.</summary>
    private const int InterfaceNameSize = 16;

    public static IEnumerable<SocketOption> Create() =>
    [
        Flag(LinuxSocketOptions.ReuseAddress, static o => o.ReuseAddress, static (o, on) => o.ReuseAddress = on),
        Flag(LinuxSocketOptions.ReusePort, static o => o.ReusePort, static (o, on) => o.ReusePort = on),
        new NumberOption(LinuxLevels.Socket, LinuxSocketOptions.KeepAlive, static pair => pair.Socket.Options.KeepAlive ? 1 : 0, SetKeepAlive),
        Flag(LinuxSocketOptions.Broadcast, static o => o.Broadcast, static (o, on) => o.Broadcast = on),
        Flag(LinuxSocketOptions.DontRoute, static o => o.DontRoute, static (o, on) => o.DontRoute = on),
        ReadOnly(LinuxSocketOptions.Type, static pair => pair is EchoPair ? (int)SocketType.Datagram : (int)pair.Socket.Type),
        ReadOnly(LinuxSocketOptions.Domain, static pair => pair.Socket.Family == AddressFamily.Inet ? SockAddr.Inet : SockAddr.Inet6),
        ReadOnly(LinuxSocketOptions.Protocol, static pair => pair.Socket.Protocol),
        ReadOnly(LinuxSocketOptions.Error, static pair => (int)pair.TakeError()),
        ReadOnly(LinuxSocketOptions.AcceptConnections, static pair => pair is StreamPair { IsListening: true } ? 1 : 0),
        // Data are sent as soon as protocol and window allow, so there's always more than this to write into (Linux has the same fixed value).
        ReadOnly(LinuxSocketOptions.SendLowWater, static _ => 1),
        new NumberOption(LinuxLevels.Socket, LinuxSocketOptions.SendBuffer, static pair => BufferSizes.Report(pair, pair.Socket.Options.SendBuffer), SetSendBuffer),
        new NumberOption(LinuxLevels.Socket, LinuxSocketOptions.ReceiveBuffer, static pair => BufferSizes.Report(pair, pair.Socket.Options.ReceiveBuffer), SetReceiveBuffer),
        new NumberOption(LinuxLevels.Socket, LinuxSocketOptions.Timestamp, static pair => Control(pair).Timestamp ? 1 : 0, SetTimestamp, IsDatagram),
        new NumberOption(LinuxLevels.Socket, LinuxSocketOptions.TimestampNanoseconds, static pair => Control(pair).TimestampNanoseconds ? 1 : 0,
            SetTimestampNanoseconds, IsDatagram),
        new BytesOption(LinuxLevels.Socket, LinuxSocketOptions.Linger, GetLinger, SetLinger),
        new BytesOption(LinuxLevels.Socket, LinuxSocketOptions.BindToDevice, GetDevice, SetDevice),
        new BytesOption(LinuxLevels.Socket, LinuxSocketOptions.MaximumPacingRate, GetPacingRate, SetPacingRate),
    ];

    private static NumberOption Flag(int name, Func<SocketOptions, bool> get, Action<SocketOptions, bool> set) => new(
        LinuxLevels.Socket, name,
        pair => get(pair.Socket.Options) ? 1 : 0,
        (SocketPair pair, int value, in ClientCredentials _) =>
        {
            set(pair.Socket.Options, value != 0);
            return Errno.None;
        });

    private static NumberOption ReadOnly(int name, Func<SocketPair, int> get) => new(LinuxLevels.Socket, name, get, null);

    private static bool IsDatagram(SocketPair pair) => pair is DatagramPair;

    private static ReceivedControl Control(SocketPair pair) => ((DatagramPair)pair).Control;

    /// <summary>On a connection it starts the timer, or stops it.</summary>
    private static Errno SetKeepAlive(SocketPair pair, int value, in ClientCredentials client)
    {
        if (pair.Socket is TcpSocket tcp)
            tcp.KeepAlive = value != 0;
        else
            pair.Socket.Options.KeepAlive = value != 0;
        return Errno.None;
    }

    private static Errno SetSendBuffer(SocketPair pair, int value, in ClientCredentials client)
    {
        int size = BufferSizes.Clamp(pair, value, LinuxBufferLimits.LeastSend);
        if (pair.Socket is TcpSocket tcp)
            tcp.SendBuffer = size;
        else
            pair.Socket.Options.SendBuffer = size;
        return Errno.None;
    }

    private static Errno SetReceiveBuffer(SocketPair pair, int value, in ClientCredentials client)
    {
        pair.Socket.Options.ReceiveBuffer = BufferSizes.Clamp(pair, value, LinuxBufferLimits.LeastReceive);
        return Errno.None;
    }

    private static Errno SetTimestamp(SocketPair pair, int value, in ClientCredentials client)
    {
        Control(pair).Timestamp = value != 0;
        Control(pair).TimestampNanoseconds = false;
        return Errno.None;
    }

    private static Errno SetTimestampNanoseconds(SocketPair pair, int value, in ClientCredentials client)
    {
        Control(pair).TimestampNanoseconds = value != 0;
        Control(pair).Timestamp = false;
        return Errno.None;
    }

    /// <summary><c>struct linger</c>: on or off, and seconds.</summary>
    private static int GetLinger(SocketPair pair, Span<byte> value)
    {
        TimeSpan? linger = pair.Socket.Options.Linger;
        BinaryPrimitives.WriteInt32LittleEndian(value, linger is null ? 0 : 1);
        BinaryPrimitives.WriteInt32LittleEndian(value[4..], (int)(linger?.TotalSeconds ?? 0));
        return 8;
    }

    /// <summary>A time of zero makes close a reset. With another time close can't wait, since it's the kernel's close of a Unix socket: it goes on behind.</summary>
    private static Errno SetLinger(SocketPair pair, ReadOnlySpan<byte> value, in ClientCredentials client)
    {
        if (value.Length < 8)
            return Errno.Invalid;
        bool isOn = BinaryPrimitives.ReadInt32LittleEndian(value) != 0;
        int seconds = BinaryPrimitives.ReadInt32LittleEndian(value[4..]);
        pair.Socket.Options.Linger = isOn ? TimeSpan.FromSeconds((uint)seconds) : null;
        return Errno.None;
    }

    /// <summary>Bytes a second, in 64 bits, or in 32 as programs written before 2018 pass; all ones: no limit.</summary>
    private static int GetPacingRate(SocketPair pair, Span<byte> value)
    {
        long rate = pair.Socket.Options.MaximumPacingRate;
        BinaryPrimitives.WriteUInt64LittleEndian(value, rate == 0 ? ulong.MaxValue : (ulong)rate);
        return 8;
    }

    private static Errno SetPacingRate(SocketPair pair, ReadOnlySpan<byte> value, in ClientCredentials client)
    {
        if (value.Length < 4)
            return Errno.Invalid;
        ulong rate = value.Length >= 8 ? BinaryPrimitives.ReadUInt64LittleEndian(value) : BinaryPrimitives.ReadUInt32LittleEndian(value);
        bool isUnlimited = rate > long.MaxValue || (value.Length < 8 && rate == uint.MaxValue);
        pair.Socket.Options.MaximumPacingRate = isUnlimited ? 0 : (long)rate;
        return Errno.None;
    }

    private static int GetDevice(SocketPair pair, Span<byte> value)
    {
        if (pair.Socket.Options.Device is not { } device)
            return 0;
        return Encoding.ASCII.GetBytes(device.Name.AsSpan()[..Math.Min(device.Name.Length, InterfaceNameSize - 1)], value) + 1;
    }

    /// <summary>As in Linux, anybody may bind an unbound socket, and changing that takes privilege. An empty name undoes it.</summary>
    private static Errno SetDevice(SocketPair pair, ReadOnlySpan<byte> value, in ClientCredentials client)
    {
        if (pair.Socket.Options.Device is not null && !client.IsPrivileged)
            return Errno.NotPermitted;
        int end = value.IndexOf((byte)0);
        ReadOnlySpan<byte> name = end < 0 ? value[..Math.Min(value.Length, InterfaceNameSize - 1)] : value[..end];
        if (name.IsEmpty)
        {
            pair.Socket.Options.Device = null;
            return Errno.None;
        }
        if (!pair.Runtime.Stack.Interfaces.TryFind(Encoding.ASCII.GetString(name), out NetworkInterface? device))
            return Errno.NoSuchDevice;
        pair.Socket.Options.Device = device;
        return Errno.None;
    }
}
