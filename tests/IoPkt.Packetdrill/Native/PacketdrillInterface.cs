using System.Runtime.InteropServices;

namespace IoPkt.Packetdrill.Native;

/// <summary>
/// packetdrill's <c>struct packetdrill_interface</c>: the functions it calls instead of the kernel's. Each takes <see cref="UserData"/> first, returns what the system
/// call of its name does, and sets errno.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct PacketdrillInterface
{
    public nint UserData;
    public delegate* unmanaged<nint, void> Free;
    public delegate* unmanaged<nint, int, int, int, int> Socket;
    public delegate* unmanaged<nint, int, byte*, uint, int> Bind;
    public delegate* unmanaged<nint, int, int, int> Listen;
    public delegate* unmanaged<nint, int, byte*, uint*, int> Accept;
    public delegate* unmanaged<nint, int, byte*, uint, int> Connect;
    public delegate* unmanaged<nint, int, byte*, nuint, nint> Read;
    public delegate* unmanaged<nint, int, IoVector*, int, nint> ReadVector;
    public delegate* unmanaged<nint, int, byte*, nuint, int, nint> Receive;
    public delegate* unmanaged<nint, int, byte*, nuint, int, byte*, uint*, nint> ReceiveFrom;
    public delegate* unmanaged<nint, int, MessageHeader*, int, nint> ReceiveMessage;
    public delegate* unmanaged<nint, int, byte*, nuint, nint> Write;
    public delegate* unmanaged<nint, int, IoVector*, int, nint> WriteVector;
    public delegate* unmanaged<nint, int, byte*, nuint, int, nint> Send;
    public delegate* unmanaged<nint, int, byte*, nuint, int, byte*, uint, nint> SendTo;
    public delegate* unmanaged<nint, int, MessageHeader*, int, nint> SendMessage;
    // The next two are variadic in C; with one argument the calling conventions of Linux's 64-bit machines pass it all the same.
    public delegate* unmanaged<nint, int, int, nint, int> Fcntl;
    public delegate* unmanaged<nint, int, nuint, int*, int> Ioctl;
    public delegate* unmanaged<nint, int, int> Close;
    public delegate* unmanaged<nint, int, int, int> Shutdown;
    public delegate* unmanaged<nint, int, int, int, byte*, uint*, int> GetOption;
    public delegate* unmanaged<nint, int, int, int, byte*, uint, int> SetOption;
    public delegate* unmanaged<nint, PollDescriptor*, nuint, int, int> Poll;
    public delegate* unmanaged<nint, byte*, nuint, int> DeviceSend;
    public delegate* unmanaged<nint, byte*, nuint*, long*, int> DeviceReceive;
    public delegate* unmanaged<nint, uint, int> Sleep;
    public delegate* unmanaged<nint, TimeValue*, nint, int> GetTimeOfDay;
    public delegate* unmanaged<nint, int, int> EpollCreate;
    public delegate* unmanaged<nint, int, int, int, byte*, int> EpollControl;
    public delegate* unmanaged<nint, int, byte*, int, int, int> EpollWait;
    public delegate* unmanaged<nint, int*, int> Pipe;
    public delegate* unmanaged<nint, int, long*, int, long*, nuint, uint, int> Splice;
}

/// <summary><c>struct iovec</c></summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IoVector
{
    public byte* Base;
    public nuint Length;
}

/// <summary><c>struct msghdr</c></summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MessageHeader
{
    public byte* Name;
    public uint NameLength;
    public IoVector* Vectors;
    public nuint VectorCount;
    public byte* Control;
    public nuint ControlLength;
    public int Flags;
}

/// <summary><c>struct pollfd</c></summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollDescriptor
{
    public int Descriptor;
    public short Events;
    public short Ready;
}

/// <summary><c>struct timeval</c></summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TimeValue
{
    public long Seconds;
    public long Microseconds;
}
