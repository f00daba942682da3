using System.Buffers.Binary;
using IoPkt.Packetdrill.Files;

namespace IoPkt.Packetdrill.Options;

/// <summary>How one socket option of one level is read and written.</summary>
/// <param name="Get">Writes the value into a cleared buffer and returns its length, or a negative errno; <c>null</c>: it can't be read.</param>
/// <param name="Set">Takes the value; <c>null</c>: it can't be set.</param>
internal sealed record OptionValue(OptionValue.Getter? Get, OptionValue.Setter? Set)
{
    public delegate int Getter(SocketFile file, Span<byte> value);

    public delegate Errno Setter(SocketFile file, ReadOnlySpan<byte> value);

    /// <summary>An <c>int</c>.</summary>
    public static OptionValue Number(Func<SocketFile, int> get, Func<SocketFile, int, Errno>? set) => new(
        (file, value) =>
        {
            BinaryPrimitives.WriteInt32LittleEndian(value, get(file));
            return sizeof(int);
        },
        set is null ? null : (file, value) => value.Length < sizeof(int) ? Errno.Invalid : set(file, BinaryPrimitives.ReadInt32LittleEndian(value)));

    /// <summary>An <c>int</c> that may be set as an <c>unsigned char</c>, too, as IPPROTO_IP's are.</summary>
    public static OptionValue Byte(Func<SocketFile, int> get, Func<SocketFile, int, Errno> set)
    {
        OptionValue number = Number(get, set);
        return number with { Set = (file, value) => value.Length is > 0 and < sizeof(int) ? set(file, value[0]) : number.Set!(file, value) };
    }

    /// <summary>A number of TCP's.</summary>
    public static OptionValue Tcp(Func<StreamFile, int> get, Func<StreamFile, int, Errno>? set) => Number(
        file => get((StreamFile)file),
        set is null ? null : (file, value) => set((StreamFile)file, value));
}
