using IoPkt.Stack;

namespace IoPkt.Daemon.Threads;

/// <summary>A piece of work for the stack context. It links into the context's queue itself, so that submitting it allocates nothing.</summary>
internal abstract class WorkItem
{
    internal WorkItem? Next;

    /// <summary>Runs in the stack context, within a batch. From its end on the item may be submitted again.</summary>
    public abstract void Execute(NetworkStack stack);
}

/// <summary>Work from outside the packet threads: a request, a command.</summary>
internal sealed class PostedWork(Action<NetworkStack> work) : WorkItem
{
    public override void Execute(NetworkStack stack) => work(stack);
}

/// <summary>The same, with somebody who waits for the answer.</summary>
internal sealed class InvokedWork<T>(Func<NetworkStack, T> work) : WorkItem
{
    // Whoever waits must not go on inside the stack context.
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Completion => _done.Task;

    public override void Execute(NetworkStack stack)
    {
        try
        {
            _done.SetResult(work(stack));
        }
#pragma warning disable CA1031 // It's the caller's exception, whatever it is.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _done.SetException(e);
        }
    }
}
