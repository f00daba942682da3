using IoPkt.Daemon.Threads.Native;

namespace IoPkt.Daemon.Threads;

/// <summary>A packet thread's place for one watched descriptor.</summary>
internal sealed class PollSlot(int descriptor, IPollHandler handler)
{
    private bool _failed;
    private volatile bool _removed;

    public int Descriptor => descriptor;

    /// <summary>The descriptor is about to be closed, and its number to be used for something else.</summary>
    public void MarkRemoved() => _removed = true;

    /// <summary>
    /// In the stack context. A handler that throws has its socket shut: the client sees the end of its connection, and the handler hears of the hang-up, so
    /// that it can clean up. If it throws again it hears of nothing more.
    /// </summary>
    public void Notify(PollEvents events, StackContext context)
    {
        if (_removed)
            return;
        try
        {
            handler.OnReady(events);
        }
#pragma warning disable CA1031 // One client's socket fails, not the daemon.
        catch (Exception e)
#pragma warning restore CA1031
        {
            context.Fault("a client's socket", e);
            if (_removed)
                return;
            if (_failed)
                _removed = true;
            _failed = true;
            _ = LibC.Shutdown(descriptor, LibC.SHUT_RDWR);
        }
    }
}
