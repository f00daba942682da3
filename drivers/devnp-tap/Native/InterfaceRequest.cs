using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace IoPkt.Drivers.Tap.Native;

/// <summary>Linux's <c>struct ifreq</c>: an interface's name, and one of several kinds of value.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal unsafe struct InterfaceRequest
{
    public const int Size = 40;

    /// <summary>IFNAMSIZ, its terminating zero counted.</summary>
    public const int NameSize = 16;

    public const short Up = 0x1; // IFF_UP

    private const int ValueOffset = NameSize;
    private const int AddressOffset = 4; // within struct sockaddr_in

    [FieldOffset(0)]
    private fixed byte _bytes[Size];

    [FieldOffset(ValueOffset)]
    public short Flags;

    [FieldOffset(ValueOffset)]
    public int Mtu;

    public InterfaceRequest(string name) => Encoding.ASCII.GetBytes(name, Bytes[..(NameSize - 1)]);

    /// <summary>As the kernel returned it: it may have filled in a number.</summary>
    public readonly string Name
    {
        get
        {
            ReadOnlySpan<byte> name = ReadOnlyBytes[..NameSize];
            int end = name.IndexOf((byte)0);
            return Encoding.ASCII.GetString(end < 0 ? name : name[..end]);
        }
    }

    /// <summary>Makes the value an IPv4 <c>struct sockaddr_in</c>.</summary>
    public void SetAddress(uint address)
    {
        Span<byte> value = Bytes[ValueOffset..];
        value[..16].Clear();
        BitConverter.TryWriteBytes(value, (short)LibC.AF_INET);
        BinaryPrimitives.WriteUInt32BigEndian(value[AddressOffset..], address);
    }

    private Span<byte> Bytes => MemoryMarshal.CreateSpan(ref _bytes[0], Size);

    private readonly ReadOnlySpan<byte> ReadOnlyBytes => MemoryMarshal.CreateReadOnlySpan(in _bytes[0], Size);
}
