using System.Runtime.InteropServices;
using IoPkt.Wire.Sockets;

namespace IoPkt.Packetdrill.Native;

/// <summary>Making, naming, connecting and closing sockets, and their options.</summary>
internal static unsafe partial class EntryPoints
{
    [UnmanagedCallersOnly]
    private static int Socket(nint userData, int domain, int type, int protocol) => (int)At(userData).Call(kernel => kernel.Socket(domain, type, protocol));

    [UnmanagedCallersOnly]
    private static int Bind(nint userData, int descriptor, byte* address, uint length)
    {
        bool isValid = TryRead(address, length, out SockAddr name);
        return (int)At(userData).Call(kernel => isValid ? kernel.Bind(descriptor, name) : -(long)Errno.Invalid);
    }

    [UnmanagedCallersOnly]
    private static int Listen(nint userData, int descriptor, int backlog) => (int)At(userData).Call(kernel => kernel.Listen(descriptor, backlog));

    [UnmanagedCallersOnly]
    private static int Accept(nint userData, int descriptor, byte* address, uint* length)
    {
        SockAddr peer = default;
        long result = At(userData).Call(kernel => kernel.Accept(descriptor, found => peer = found));
        if (result >= 0)
            Store(peer, address, length);
        return (int)result;
    }

    [UnmanagedCallersOnly]
    private static int Connect(nint userData, int descriptor, byte* address, uint length)
    {
        if (!TryRead(address, length, out SockAddr name))
            return (int)At(userData).Call(static _ => -(long)Errno.Invalid);
        return (int)At(userData).Call(kernel => kernel.Connect(descriptor, name));
    }

    [UnmanagedCallersOnly]
    private static int Close(nint userData, int descriptor) => (int)At(userData).Call(kernel => kernel.Close(descriptor));

    [UnmanagedCallersOnly]
    private static int Shutdown(nint userData, int descriptor, int how) => (int)At(userData).Call(kernel => kernel.Shutdown(descriptor, how));

    [UnmanagedCallersOnly]
    private static int Fcntl(nint userData, int descriptor, int command, nint argument) => (int)At(userData).Call(kernel => kernel.Fcntl(descriptor, command, argument));

    [UnmanagedCallersOnly]
    private static int Ioctl(nint userData, int descriptor, nuint request, int* argument)
    {
        int value = 0;
        long result = At(userData).Call(kernel => kernel.Ioctl(descriptor, request, out value));
        if (result == 0 && argument is not null)
            *argument = value;
        return (int)result;
    }

    [UnmanagedCallersOnly]
    private static int GetOption(nint userData, int descriptor, int level, int name, byte* value, uint* length)
    {
        if (value is null || length is null)
            return (int)At(userData).Call(static _ => -(long)BadAddress);
        byte[] bytes = new byte[*length];
        int count = 0;
        long result = At(userData).Call(kernel => kernel.GetOption(descriptor, level, name, bytes, out count));
        if (result < 0)
            return (int)result;
        bytes.AsSpan(0, count).CopyTo(new Span<byte>(value, (int)*length));
        *length = (uint)count;
        return (int)result;
    }

    [UnmanagedCallersOnly]
    private static int SetOption(nint userData, int descriptor, int level, int name, byte* value, uint length)
    {
        if (value is null && length > 0)
            return (int)At(userData).Call(static _ => -(long)BadAddress);
        byte[] bytes = new ReadOnlySpan<byte>(value, (int)Math.Min(length, 4096)).ToArray();
        return (int)At(userData).Call(kernel => kernel.SetOption(descriptor, level, name, bytes));
    }
}
