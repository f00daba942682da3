using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using IoPkt.Packetdrill.Calls;
using IoPkt.Packetdrill.Files;

namespace IoPkt.Packetdrill.Native;

/// <summary>poll and epoll.</summary>
internal static unsafe partial class EntryPoints
{
    /// <summary><c>struct epoll_event</c> is packed on x86-64 alone.</summary>
    private static readonly int EpollDataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;

    private static int EpollEventSize => EpollDataOffset + sizeof(ulong);

    [UnmanagedCallersOnly]
    private static int Poll(nint userData, PollDescriptor* descriptors, nuint count, int timeout)
    {
        PollEntry[] entries = new PollEntry[(int)count];
        for (int i = 0; i < entries.Length; i++)
            entries[i] = new PollEntry { Descriptor = descriptors[i].Descriptor, Events = (PollEvents)(ushort)descriptors[i].Events };
        int result = (int)At(userData).Call(kernel => kernel.Poll(entries, timeout));
        for (int i = 0; i < entries.Length; i++)
            descriptors[i].Ready = (short)entries[i].Ready;
        return result;
    }

    [UnmanagedCallersOnly]
    private static int EpollCreate(nint userData, int size) => (int)At(userData).Call(static kernel => kernel.EpollCreate());

    [UnmanagedCallersOnly]
    private static int EpollControl(nint userData, int epoll, int operation, int descriptor, byte* value)
    {
        PollEvents events = value is null ? PollEvents.None : (PollEvents)Unsafe.ReadUnaligned<int>(value);
        ulong data = value is null ? 0 : Unsafe.ReadUnaligned<ulong>(value + EpollDataOffset);
        return (int)At(userData).Call(kernel => kernel.EpollControl(epoll, operation, descriptor, events, data));
    }

    [UnmanagedCallersOnly]
    private static int EpollWait(nint userData, int epoll, byte* events, int count, int timeout)
    {
        (PollEvents Events, ulong Data)[] ready = new (PollEvents, ulong)[Math.Max(1, count)];
        int result = (int)At(userData).Call(kernel => kernel.EpollWait(epoll, ready, timeout));
        for (int i = 0; i < result; i++)
        {
            Unsafe.WriteUnaligned(events + (i * EpollEventSize), (int)ready[i].Events);
            Unsafe.WriteUnaligned(events + (i * EpollEventSize) + EpollDataOffset, ready[i].Data);
        }
        return result;
    }
}
