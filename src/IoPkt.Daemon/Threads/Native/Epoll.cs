using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace IoPkt.Daemon.Threads.Native;

/// <summary>An epoll instance. Any thread may add and remove descriptors; one thread waits.</summary>
internal sealed unsafe class Epoll : IDisposable
{
    /// <summary>Events taken in one wait.</summary>
    public const int MaximumEvents = 64;

    public const uint EdgeTriggered = 1u << 31;

    // struct epoll_event is packed on x86-64 only (epoll_ctl(2)): so that 32-bit programs share the layout.
    private static readonly int EventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int DataOffset = EventSize - sizeof(ulong);

    private readonly FileDescriptor _descriptor = FileDescriptor.Check(LibC.EpollCreate(LibC.EPOLL_CLOEXEC), "epoll_create1");
    private byte* _events = (byte*)NativeMemory.Alloc((nuint)(MaximumEvents * EventSize));

    /// <param name="descriptor">What to watch.</param>
    /// <param name="events">epoll's bits, <see cref="EdgeTriggered"/> among them.</param>
    /// <param name="data">What <see cref="Data"/> will tell of its events.</param>
    /// <exception cref="Win32Exception">The descriptor can't be polled, is being watched already, or the host's limit is reached.</exception>
    public void Add(int descriptor, uint events, ulong data)
    {
        byte* e = stackalloc byte[16];
        Unsafe.WriteUnaligned(e, events);
        Unsafe.WriteUnaligned(e + DataOffset, data);
        if (LibC.EpollControl(_descriptor, LibC.EPOLL_CTL_ADD, descriptor, e) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"epoll_ctl: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>Stops watching. A descriptor that isn't watched, or is closed already, is no error.</summary>
    public void Remove(int descriptor)
    {
        byte* unused = stackalloc byte[16];
        _ = LibC.EpollControl(_descriptor, LibC.EPOLL_CTL_DEL, descriptor, unused);
    }

    /// <summary>Waits, without limit, until something happens.</summary>
    /// <returns>The number of events, 0 after a signal.</returns>
    public int Wait() => Wait(-1);

    /// <summary>Takes what has happened, without waiting.</summary>
    public int Poll() => Wait(0);

    private int Wait(int milliseconds)
    {
        int count = LibC.EpollWait(_descriptor, _events, MaximumEvents, milliseconds);
        if (count >= 0)
            return count;
        int error = Marshal.GetLastPInvokeError();
        return error == LibC.EINTR ? 0 : throw new Win32Exception(error, $"epoll_wait: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    public PollEvents Events(int index) => (PollEvents)Unsafe.ReadUnaligned<uint>(_events + index * EventSize);

    public ulong Data(int index) => Unsafe.ReadUnaligned<ulong>(_events + index * EventSize + DataOffset);

    /// <summary>May be called again: a container disposes of a service once for each type that it's known by.</summary>
    public void Dispose()
    {
        _descriptor.Dispose();
        NativeMemory.Free(_events);
        _events = null;
    }
}
