using IoPkt.Stack;

namespace IoPkt.Benchmarks.Embedded;

/// <summary>Accepts connections on a port, each with a user of its own.</summary>
internal sealed class StreamServer : SocketUser
{
    private const int Backlog = 128;

    private readonly TcpSocket _listener;
    private readonly Func<TcpSocket, SocketUser> _create;

    public StreamServer(NetworkStack stack, WorkList work, ushort port, Func<TcpSocket, SocketUser> create) : base(work)
    {
        _create = create;
        _listener = stack.Tcp.CreateSocket(AddressFamily.Inet);
        _listener.Owner = this;
        if (_listener.Bind(new InetEndpoint(InetAddress.Any(AddressFamily.Inet), port)) != Errno.None || _listener.Listen(Backlog) != Errno.None)
            throw new InvalidOperationException($"can't listen on port {port}");
    }

    protected override void Work(SocketEvents events)
    {
        while (_listener.Accept() is { } socket)
        {
            SocketUser user = _create(socket);
            socket.Owner = user;
            // What came before there was an owner was told to nobody.
            user.OnSocketEvent(socket, SocketEvents.Readable | SocketEvents.Writable);
        }
    }
}

/// <summary>Takes all data and forgets them.</summary>
internal sealed class Sink(TcpSocket socket, WorkList work) : SocketUser(work)
{
    protected override void Work(SocketEvents events)
    {
        socket.Consume(socket.ReceiveAvailable);
        if (socket.IsReceiveEnd || (events & SocketEvents.Closed) != 0)
            socket.Close();
    }
}

/// <summary>Sends as much as the send buffer takes: the same cluster again and again, as a server does with a page that it holds in memory.</summary>
internal sealed class Source : SocketUser
{
    private readonly TcpSocket _socket;
    private readonly Mbuf _page;

    public Source(TcpSocket socket, WorkList work, MbufPool pool) : base(work)
    {
        _socket = socket;
        socket.NoDelay = true;
        _page = pool.GetLargeCluster() ?? throw new InvalidOperationException("the pool is dry");
        _page.TrailingSpan[..65536].Clear();
        _page.Commit(65536);
    }

    protected override void Work(SocketEvents events)
    {
        while (_socket.SendSpace >= _page.Length && _page.CopyRange(0, _page.Length) is { } data && _socket.Send(data) == Errno.None) { }
        if (!_socket.IsReceiveEnd && (events & SocketEvents.Closed) == 0)
            return;
        _socket.Close();
        _page.Free();
    }
}

/// <summary>Sends back what comes.</summary>
internal sealed class Echo : SocketUser
{
    private readonly TcpSocket _socket;
    private readonly MbufPool _pool;

    public Echo(TcpSocket socket, WorkList work, MbufPool pool) : base(work)
    {
        _socket = socket;
        _pool = pool;
        socket.NoDelay = true;
    }

    protected override void Work(SocketEvents events)
    {
        while (_socket.Received is { } data && _socket.SendSpace > 0)
        {
            int count = data.Length;
            if (_pool.GetCopy(data.Span) is not { } copy || _socket.Send(copy) != Errno.None)
                break;
            _socket.Consume(count);
        }
        if (_socket.IsReceiveEnd || (events & SocketEvents.Closed) != 0)
            _socket.Close();
    }
}
