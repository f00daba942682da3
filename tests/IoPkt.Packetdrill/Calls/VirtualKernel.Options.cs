using IoPkt.Packetdrill.Files;
using IoPkt.Packetdrill.Options;

namespace IoPkt.Packetdrill.Calls;

/// <summary>getsockopt and setsockopt.</summary>
public sealed partial class VirtualKernel
{
    /// <param name="length">Bytes of <paramref name="value"/> that were written; a longer value is cut.</param>
    public long GetOption(int descriptor, int level, int name, Span<byte> value, out int length)
    {
        length = 0;
        if (!TryFindSocket(descriptor, out SocketFile? file, out long error))
            return error;
        if (OptionTable.Find(file, level, name) is not { Get: { } get })
            return Failure(Errno.NoProtocolOption);
        byte[] whole = new byte[OptionTable.MaximumValue];
        long result = Do(() => get(file, whole));
        if (result < 0)
            return result;
        length = (int)Math.Min(result, value.Length);
        whole.AsSpan(0, length).CopyTo(value);
        return 0;
    }

    public long SetOption(int descriptor, int level, int name, ReadOnlyMemory<byte> value)
    {
        if (!TryFindSocket(descriptor, out SocketFile? file, out long error))
            return error;
        return OptionTable.Find(file, level, name) is { Set: { } set } ? Do(() => Failure(set(file, value.Span))) : Failure(Errno.NoProtocolOption);
    }
}
