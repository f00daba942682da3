using System.Runtime.InteropServices;
using System.Text;

namespace IoPkt.Drivers.PacketSocket.Native;

[StructLayout(LayoutKind.Sequential)]
internal struct IoVector
{
    public nint Base;
    public nint Length;
}

/// <summary><c>struct mmsghdr</c></summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Message
{
    public nint Name;
    public int NameLength;
    public IoVector* Vectors;
    public nint VectorCount;
    public nint Control;
    public nint ControlLength;
    public int Flags;
    public uint Sent;
}

/// <summary><c>struct sockaddr_ll</c></summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct LinkAddress
{
    public ushort Family;
    public ushort Protocol;
    public int Index;
    public ushort Hardware;
    public byte PacketType;
    public byte Length;
    public fixed byte Address[8];
}

/// <summary><c>struct packet_mreq</c></summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Membership
{
    public int Index;
    public ushort Type;
    public ushort Length;
    public fixed byte Address[8];
}

/// <summary><c>struct tpacket_req</c></summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RingRequest
{
    public uint BlockSize;
    public uint BlockCount;
    public uint FrameSize;
    public uint FrameCount;
}

/// <summary><c>struct tpacket2_hdr</c></summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RingFrame
{
    public uint Status;
    public uint Length;
    public uint Captured;
    public ushort LinkOffset;
    public ushort NetworkOffset;
    public uint Seconds;
    public uint Nanoseconds;
    public ushort VlanTag;
    public ushort VlanProtocol;
    public uint Padding;
}

/// <summary><c>struct ifreq</c>: a name, and one of several kinds of value.</summary>
[StructLayout(LayoutKind.Explicit, Size = 40)]
internal unsafe struct InterfaceRequest
{
    /// <summary>IFNAMSIZ, its terminating zero counted.</summary>
    public const int NameSize = 16;

    [FieldOffset(0)]
    private fixed byte _name[NameSize];

    /// <summary>An index or an MTU.</summary>
    [FieldOffset(NameSize)]
    public int Number;

    [FieldOffset(NameSize)]
    public short Flags;

    /// <summary>Of a <c>struct sockaddr</c>: for a hardware address, the kind of interface.</summary>
    [FieldOffset(NameSize)]
    public ushort Family;

    [FieldOffset(NameSize + 2)]
    public fixed byte HardwareAddress[14];

    public InterfaceRequest(string name) => Encoding.ASCII.GetBytes(name, MemoryMarshal.CreateSpan(ref _name[0], NameSize - 1));
}
