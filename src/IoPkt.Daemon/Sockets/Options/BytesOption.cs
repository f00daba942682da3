using IoPkt.Daemon.Management;

namespace IoPkt.Daemon.Sockets.Options;

/// <summary>An option with a structure or a string as its value.</summary>
internal sealed class BytesOption(
    int level, int name, BytesOption.Getter? get, BytesOption.Setter? set, Func<SocketPair, bool>? applies = null)
    : SocketOption(level, name, applies)
{
    /// <summary>Writes the whole value into a buffer of <see cref="OptionTable.MaximumValue"/> cleared bytes.</summary>
    /// <returns>Its length, or a negative errno.</returns>
    public delegate int Getter(SocketPair pair, Span<byte> value);

    public delegate Errno Setter(SocketPair pair, ReadOnlySpan<byte> value, in ClientCredentials client);

    public override Errno Get(SocketPair pair, Span<byte> value, out int length)
    {
        length = 0;
        if (get is null)
            return Errno.NoProtocolOption;
        Span<byte> whole = stackalloc byte[OptionTable.MaximumValue];
        whole.Clear();
        int result = get(pair, whole);
        if (result < 0)
            return (Errno)(-result);
        length = Math.Min(result, value.Length);
        whole[..length].CopyTo(value);
        return Errno.None;
    }

    public override Errno Set(SocketPair pair, ReadOnlySpan<byte> value, in ClientCredentials client) =>
        set is null ? Errno.NoProtocolOption : set(pair, value, client);
}
