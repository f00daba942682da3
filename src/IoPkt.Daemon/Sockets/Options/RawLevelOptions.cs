using System.Buffers.Binary;
using IoPkt.Daemon.Management;
using IoPkt.Stack;
using IoPkt.Wire.Sockets;

namespace IoPkt.Daemon.Sockets.Options;

/// <summary>SOL_RAW: raw ICMP sockets have a filter.</summary>
internal static class RawLevelOptions
{
    private const byte Icmp = 1;

    public static IEnumerable<SocketOption> Create() =>
    [
        new BytesOption(LinuxLevels.Raw, LinuxRawOptions.IcmpFilter, GetFilter, SetFilter,
            static pair => pair.Socket is RawSocket { Protocol: Icmp } && pair is not EchoPair),
    ];

    private static int GetFilter(SocketPair pair, Span<byte> value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(value, ((RawSocket)pair.Socket).IcmpFilter);
        return sizeof(uint);
    }

    private static Errno SetFilter(SocketPair pair, ReadOnlySpan<byte> value, in ClientCredentials client)
    {
        Span<byte> whole = stackalloc byte[sizeof(uint)];
        // Linux takes a shorter value as the beginning of one.
        BinaryPrimitives.WriteUInt32LittleEndian(whole, ((RawSocket)pair.Socket).IcmpFilter);
        value[..Math.Min(value.Length, whole.Length)].CopyTo(whole);
        ((RawSocket)pair.Socket).IcmpFilter = BinaryPrimitives.ReadUInt32LittleEndian(whole);
        return Errno.None;
    }
}
