using IoPkt.Stack;

namespace IoPkt.Benchmarks.Embedded;

/// <summary>A user of a socket that is called at the end of each batch in which something happened to it.</summary>
internal abstract class SocketUser(WorkList work) : ISocketOwner
{
    private SocketEvents _events;

    public void OnSocketEvent(InetSocket socket, SocketEvents events)
    {
        if (_events == SocketEvents.None)
            work.Add(this);
        _events |= events;
    }

    public void Work()
    {
        SocketEvents events = _events;
        _events = SocketEvents.None;
        Work(events);
    }

    protected abstract void Work(SocketEvents events);
}

/// <summary>Whose turn it is at the end of the batch.</summary>
internal sealed class WorkList
{
    private readonly Queue<SocketUser> _queue = new();

    public void Add(SocketUser user) => _queue.Enqueue(user);

    public void Run()
    {
        // Those that the work itself adds, too: a connection that has just been accepted would otherwise wait for whatever happens next.
        while (_queue.TryDequeue(out SocketUser? user))
            user.Work();
    }
}
