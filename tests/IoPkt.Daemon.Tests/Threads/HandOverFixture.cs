using IoPkt.Daemon.Threads;
using IoPkt.Stack;
using Microsoft.Extensions.Logging.Abstractions;

namespace IoPkt.Daemon.Tests.Threads;

/// <summary>A stack context, and the port of a scripted device.</summary>
public abstract class HandOverFixture : IDisposable
{
    private readonly List<IDisposable> _disposables = [];

    protected HandOverFixture()
    {
        Context = new StackContext(new NetworkStack(new NetworkStackOptions { Random = new Random(1), Pool = Pool }), NullLogger<StackContext>.Instance);
        Port = new QueuePort(Context, Queue, (where, _) => Faults.Add(where));
        Port.Open();
    }

    protected MbufPool Pool { get; } = new();

    private protected StackContext Context { get; }

    private protected ScriptedQueue Queue { get; } = new();

    private protected QueuePort Port { get; }

    /// <summary>Where the device has thrown.</summary>
    protected List<string> Faults { get; } = [];

    /// <summary>One that never starts: what is left to it stays where it is, for the test to look at.</summary>
    private protected PacketThread IdleThread()
    {
        PacketThread thread = new(0, Context, watchesTimer: false, new PacketThreadOptions(1), new PollSettings(), NullLogger.Instance);
        _disposables.Add(thread);
        return thread;
    }

    protected void Enqueue(int first, int count)
    {
        for (int i = first; i < first + count; i++)
            Port.Enqueue(ScriptedQueue.Frame(Pool, i));
    }

    public void Dispose()
    {
        foreach (IDisposable disposable in _disposables)
            disposable.Dispose();
        Context.Dispose();
        Pool.Dispose();
        GC.SuppressFinalize(this);
    }
}
