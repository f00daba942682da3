using System.Buffers.Binary;
using IoPkt.Packetdrill.Files;
using IoPkt.Stack;
using IoPkt.Wire.Sockets;

namespace IoPkt.Packetdrill.Options;

/// <summary>SOL_SOCKET and IPPROTO_IP.</summary>
internal static class SocketLevel
{
    private const int ReceiveTimeout = 20, SendTimeout = 21, MemoryInfo = 55;
    private const int Largest = 4 * 1024 * 1024;

    public static IEnumerable<KeyValuePair<(int, int), OptionValue>> All =>
    [
        Flag(LinuxSocketOptions.ReuseAddress, o => o.ReuseAddress, (o, on) => o.ReuseAddress = on),
        Flag(LinuxSocketOptions.ReusePort, o => o.ReusePort, (o, on) => o.ReusePort = on),
        Flag(LinuxSocketOptions.Broadcast, o => o.Broadcast, (o, on) => o.Broadcast = on),
        Flag(LinuxSocketOptions.DontRoute, o => o.DontRoute, (o, on) => o.DontRoute = on),
        Socket(LinuxSocketOptions.KeepAlive, OptionValue.Number(f => f.Socket.Options.KeepAlive ? 1 : 0, SetKeepAlive)),
        Socket(LinuxSocketOptions.Type, OptionValue.Number(f => (int)f.Socket.Type, null)),
        Socket(LinuxSocketOptions.Domain, OptionValue.Number(f => SockAddr.Inet, null)),
        Socket(LinuxSocketOptions.Protocol, OptionValue.Number(f => f.Socket.Protocol, null)),
        Socket(LinuxSocketOptions.Error, OptionValue.Number(f => (int)f.Socket.TakeError(), null)),
        Socket(LinuxSocketOptions.AcceptConnections, OptionValue.Number(f => f is StreamFile { Tcp.State: TcpState.Listen } ? 1 : 0, null)),
        Socket(LinuxSocketOptions.SendBuffer, OptionValue.Number(f => f.TellSize(f.Socket.Options.SendBuffer), (f, v) => Do(() => f.Socket.Options.SendBuffer = Size(v, LinuxBufferLimits.LeastSend)))),
        Socket(LinuxSocketOptions.ReceiveBuffer,
            OptionValue.Number(f => f.TellReceiveBuffer(), (f, v) => Do(() => f.Socket.Options.ReceiveBuffer = Size(v, LinuxBufferLimits.LeastReceive)))),
        Socket(LinuxSocketOptions.ReceiveLowWater, OptionValue.Tcp(f => f.ReceiveLowWater, (f, v) => Do(() => f.ReceiveLowWater = v < 0 ? int.MaxValue : Math.Max(1, v)))),
        Socket(LinuxSocketOptions.SendLowWater, OptionValue.Number(f => 1, null)),
        Socket(LinuxSocketOptions.Linger, new OptionValue(GetLinger, SetLinger)),
        Socket(ReceiveTimeout, new OptionValue((f, value) => GetTime(f.ReceiveTimeout, value), (f, value) => SetTime(value, time => f.ReceiveTimeout = time))),
        Socket(SendTimeout, new OptionValue((f, value) => GetTime(f.SendTimeout, value), (f, value) => SetTime(value, time => f.SendTimeout = time))),
        Socket(MemoryInfo, new OptionValue(GetMemory, null)),
        new((LinuxLevels.Ip, LinuxIpOptions.Ttl), OptionValue.Byte(f => f.Socket.Options.Ttl == 0 ? 64 : f.Socket.Options.Ttl, SetTtl)),
        new((LinuxLevels.Ip, LinuxIpOptions.FreeBind), OptionValue.Byte(f => f.Socket.Options.FreeBind ? 1 : 0, (f, v) => Do(() => f.Socket.Options.FreeBind = v != 0))),
        new((LinuxLevels.Ip, LinuxIpOptions.MtuDiscover), OptionValue.Byte(f => f.Socket.Options.MayFragment ? 0 : 1, (f, v) => v is < 0 or > 2 ? Errno.Invalid : Do(() => f.Socket.Options.MayFragment = v == 0))),
        new((LinuxLevels.Ip, LinuxIpOptions.Tos), OptionValue.Byte(f => f.Socket.Options.TrafficClass, SetTos)),
    ];

    private static KeyValuePair<(int, int), OptionValue> Socket(int name, OptionValue value) => new((LinuxLevels.Socket, name), value);

    private static KeyValuePair<(int, int), OptionValue> Flag(int name, Func<SocketOptions, bool> get, Action<SocketOptions, bool> set) => Socket(
        name, OptionValue.Number(f => get(f.Socket.Options) ? 1 : 0, (f, v) => Do(() => set(f.Socket.Options, v != 0))));

    private static Errno Do(Action set)
    {
        set();
        return Errno.None;
    }

    private static int Size(int wanted, int least) => wanted < 0 ? Largest : Math.Clamp(wanted, least, Largest);

    private static Errno SetKeepAlive(SocketFile file, int value)
    {
        if (file is StreamFile stream)
            stream.Tcp.KeepAlive = value != 0;
        else
            file.Socket.Options.KeepAlive = value != 0;
        return Errno.None;
    }

    private static Errno SetTtl(SocketFile file, int value)
    {
        if (value is not (-1 or (>= 1 and <= 255)))
            return Errno.Invalid;
        file.Socket.Options.Ttl = value == -1 ? (byte)0 : (byte)value;
        return Errno.None;
    }

    /// <summary>TCP's ECN bits (RFC 3168) are TCP's own.</summary>
    private static Errno SetTos(SocketFile file, int value)
    {
        file.Socket.Options.TrafficClass = (byte)(file is StreamFile ? value & ~3 : value);
        return Errno.None;
    }

    private static int GetLinger(SocketFile file, Span<byte> value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(value, file.Socket.Options.Linger is null ? 0 : 1);
        BinaryPrimitives.WriteInt32LittleEndian(value[4..], (int)(file.Socket.Options.Linger?.TotalSeconds ?? 0));
        return 8;
    }

    private static Errno SetLinger(SocketFile file, ReadOnlySpan<byte> value)
    {
        if (value.Length < 8)
            return Errno.Invalid;
        file.Socket.Options.Linger = BinaryPrimitives.ReadInt32LittleEndian(value) == 0 ? null : TimeSpan.FromSeconds(BinaryPrimitives.ReadUInt32LittleEndian(value[4..]));
        return Errno.None;
    }

    /// <summary><c>struct timeval</c></summary>
    private static int GetTime(TimeSpan? time, Span<byte> value)
    {
        long microseconds = (long)(time?.TotalMicroseconds ?? 0);
        BinaryPrimitives.WriteInt64LittleEndian(value, microseconds / 1_000_000);
        BinaryPrimitives.WriteInt64LittleEndian(value[8..], microseconds % 1_000_000);
        return 16;
    }

    private static Errno SetTime(ReadOnlySpan<byte> value, Action<TimeSpan?> set)
    {
        if (value.Length < 16)
            return Errno.Invalid;
        TimeSpan time = TimeSpan.FromSeconds(BinaryPrimitives.ReadInt64LittleEndian(value)) + TimeSpan.FromMicroseconds(BinaryPrimitives.ReadInt64LittleEndian(value[8..]));
        set(time == TimeSpan.Zero ? null : time);
        return Errno.None;
    }

    /// <summary>SO_MEMINFO: received and not read, its limit, sent or waiting, its limit …</summary>
    private static int GetMemory(SocketFile file, Span<byte> value)
    {
        TcpSocket? tcp = (file as StreamFile)?.Tcp;
        int[] numbers = [tcp?.ReceiveAvailable ?? 0, 2 * file.Socket.Options.ReceiveBuffer, tcp?.SendQueued ?? 0, 2 * file.Socket.Options.SendBuffer, 0, tcp?.SendQueued ?? 0, 0, 0, 0];
        for (int i = 0; i < numbers.Length; i++)
            BinaryPrimitives.WriteInt32LittleEndian(value[(sizeof(int) * i)..], numbers[i]);
        return sizeof(int) * numbers.Length;
    }
}
