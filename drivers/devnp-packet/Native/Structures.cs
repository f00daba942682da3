using System.Runtime.InteropServices;

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
