namespace IoPkt.Daemon.Threads;

/// <summary>What epoll says of a descriptor; the kernel's bits.</summary>
[Flags]
public enum PollEvents : uint
{
    None = 0,
    Readable = 0x1,
    Writable = 0x4,
    Error = 0x8,
    HangUp = 0x10,
    ReadHangUp = 0x2000,
}

/// <summary>Who is told that a descriptor is ready.</summary>
public interface IPollHandler
{
    /// <summary>
    /// Called in the stack context, within a batch. Registration is edge-triggered: the handler works until the descriptor would block, or remembers
    /// that it stopped earlier. It may be called once more after <see cref="IPoller.Remove"/>, for an event that was already on its way.
    /// </summary>
    void OnReady(PollEvents events);
}

/// <summary>The packet threads' descriptors: each is watched by one thread. Any thread may call.</summary>
public interface IPoller
{
    /// <summary>Watches a descriptor for reading, writing and hang-up, edge-triggered, until it's removed. It must be removed before it's closed.</summary>
    /// <param name="descriptor">The host's descriptor.</param>
    /// <param name="handler">Who is told.</param>
    /// <param name="thread">The packet thread that is to watch it; −1: the one that watches the fewest.</param>
    PollRegistration Add(int descriptor, IPollHandler handler, int thread = -1);

    void Remove(PollRegistration registration);
}

/// <summary>A watched descriptor.</summary>
/// <param name="Thread">The packet thread that watches it.</param>
/// <param name="Descriptor">The host's descriptor.</param>
/// <param name="Slot">The thread's place for the handler.</param>
public readonly record struct PollRegistration(int Thread, int Descriptor, int Slot);
