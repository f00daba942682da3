namespace IoPkt.Daemon.Threads.Native;

/// <summary>An eventfd: how any thread wakes one that waits in epoll.</summary>
internal sealed unsafe class EventDescriptor : IDisposable
{
    private readonly FileDescriptor _descriptor = FileDescriptor.Check(LibC.EventFd(0, LibC.EFD_CLOEXEC | LibC.EFD_NONBLOCK), "eventfd");

    public int Number => _descriptor.Number;

    public void Signal()
    {
        ulong one = 1;
        // It can only fail when 2^64 - 2 signals are pending, and then it's readable all the same.
        _ = LibC.Write(_descriptor, &one, sizeof(ulong));
    }

    public void Dispose() => _descriptor.Dispose();
}
