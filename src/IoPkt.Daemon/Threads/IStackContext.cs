using IoPkt.Stack;

namespace IoPkt.Daemon.Threads;

/// <summary>
/// The one place where the stack runs, one thread at a time: BSD's big lock made into a hand-over. A thread with work runs it itself if nobody is inside, and
/// otherwise leaves it in a queue for the thread that is. Any thread may call; nothing here blocks.
/// </summary>
public interface IStackContext
{
    /// <summary>Runs work in the stack context: now, on this thread, or soon, on another. Frames that it sends leave when the batch ends.</summary>
    void Post(Action<NetworkStack> work);

    /// <summary>The same, with a result. For management requests: it allocates.</summary>
    Task<T> InvokeAsync<T>(Func<NetworkStack, T> work);

    /// <summary>
    /// Adds work for the end of each batch, before the protocols send: the socket service moves data here between descriptors and the sockets that the batch touched.
    /// </summary>
    void AtBatchEnd(Action<NetworkStack> work);
}
