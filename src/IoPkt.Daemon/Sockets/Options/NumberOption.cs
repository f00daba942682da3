using System.Buffers.Binary;
using IoPkt.Daemon.Management;
using IoPkt.Wire.Sockets;

namespace IoPkt.Daemon.Sockets.Options;

/// <summary>An option that is an <c>int</c>; IP's may also be a single byte, as in Linux.</summary>
/// <param name="level">SOL_SOCKET …</param>
/// <param name="name">Its number.</param>
/// <param name="get"><c>null</c>: it can't be read.</param>
/// <param name="set">Checks the value; <c>null</c>: it can't be set.</param>
/// <param name="applies">To which sockets; <c>null</c>: all.</param>
internal sealed class NumberOption(
    int level, int name, Func<SocketPair, int>? get, NumberOption.Setter? set, Func<SocketPair, bool>? applies = null)
    : SocketOption(level, name, applies)
{
    public delegate Errno Setter(SocketPair pair, int value, in ClientCredentials client);

    public override Errno Get(SocketPair pair, Span<byte> value, out int length)
    {
        length = 0;
        if (get is null)
            return Errno.NoProtocolOption;
        int number = get(pair);
        if (Level == LinuxLevels.Ip && value.Length is > 0 and < sizeof(int) && number is >= 0 and <= byte.MaxValue)
        {
            value[0] = (byte)number;
            length = 1;
            return Errno.None;
        }
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        length = Math.Min(value.Length, sizeof(int));
        bytes[..length].CopyTo(value);
        return Errno.None;
    }

    public override Errno Set(SocketPair pair, ReadOnlySpan<byte> value, in ClientCredentials client)
    {
        if (set is null)
            return Errno.NoProtocolOption;
        if (value.Length >= sizeof(int))
            return set(pair, BinaryPrimitives.ReadInt32LittleEndian(value), client);
        return Level == LinuxLevels.Ip && value.Length >= 1 ? set(pair, value[0], client) : Errno.Invalid;
    }
}
