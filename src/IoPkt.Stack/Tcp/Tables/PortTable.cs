namespace IoPkt.Stack;

/// <summary>Which sockets have which local port, and so whether another may have it too.</summary>
internal sealed class PortTable
{
    private readonly Dictionary<ushort, PortBucket> _buckets = [];

    public PortBucket? Find(ushort port) => _buckets.GetValueOrDefault(port);

    public void Add(TcpSocket socket, ushort port)
    {
        if (!_buckets.TryGetValue(port, out PortBucket? bucket))
        {
            bucket = new PortBucket(port);
            _buckets.Add(port, bucket);
        }
        bucket.Add(socket);
    }

    public void Remove(TcpSocket socket)
    {
        if (socket.PortBucket is not { } bucket)
            return;
        bucket.Remove(socket);
        if (bucket.IsEmpty)
            _buckets.Remove(bucket.Port);
    }

    /// <summary>
    /// Whether a socket may be bound there: Linux's rules. Two sockets share a port if their addresses differ, or both allow it by SO_REUSEADDR and neither
    /// listens, or both by SO_REUSEPORT.
    /// </summary>
    public bool IsFree(TcpSocket socket, in InetAddress address, ushort port) => Find(port) is not { } bucket || bucket.Allows(socket, address);

    /// <summary>The listener for a connection request: the one bound to the very address before one for any; among equals, chosen by the connection's hash.</summary>
    public TcpListener? FindListener(in IncomingSegment segment, uint hash)
    {
        if (Find(segment.Local.Port) is not { } bucket)
            return null;
        TcpListener? best = null;
        int bestScore = 0, equals = 0;
        foreach (TcpListener listener in bucket.Listeners)
        {
            int score = listener.Match(segment);
            if (score == 0 || score < bestScore)
                continue;
            equals = score > bestScore ? 1 : equals + 1;
            // The n-th of equals replaces the choice with probability 1/n, decided by the hash: the same for each segment of a connection.
            if (equals == 1 || (hash * 2654435761u + (uint)equals * 40503u) % (uint)equals == 0)
                best = listener;
            bestScore = score;
        }
        return best;
    }
}

/// <summary>The sockets of one local port, linked through themselves.</summary>
internal sealed class PortBucket(ushort port)
{
    private TcpSocket? _first;

    public ushort Port { get; } = port;

    public List<TcpListener> Listeners { get; } = [];

    public bool IsEmpty => _first is null;

    /// <summary>Sockets whose user asked for the port; the others got it by connecting.</summary>
    public int BoundCount { get; private set; }

    public void Add(TcpSocket socket)
    {
        socket.PortBucket = this;
        socket.PortPrevious = null;
        socket.PortNext = _first;
        if (_first is not null)
            _first.PortPrevious = socket;
        _first = socket;
        if (socket.IsExplicitlyBound)
            BoundCount++;
    }

    public void Remove(TcpSocket socket)
    {
        if (socket.PortPrevious is null)
            _first = socket.PortNext;
        else
            socket.PortPrevious.PortNext = socket.PortNext;
        if (socket.PortNext is not null)
            socket.PortNext.PortPrevious = socket.PortPrevious;
        socket.PortNext = socket.PortPrevious = null;
        socket.PortBucket = null;
        if (socket.IsExplicitlyBound)
            BoundCount--;
    }

    public bool Allows(TcpSocket socket, in InetAddress address)
    {
        for (TcpSocket? other = _first; other is not null; other = other.PortNext)
        {
            if (other != socket && Conflicts(socket, address, other))
                return false;
        }
        return true;
    }

    private static bool Conflicts(TcpSocket socket, in InetAddress address, TcpSocket other)
    {
        if (socket.Family != other.Family)
            return false;
        if (socket.Options.Device is { } device && other.Options.Device is { } otherDevice && device != otherDevice)
            return false;
        InetAddress otherAddress = other.LocalEndpoint.Address;
        if (!address.IsUnspecified && !otherAddress.IsUnspecified && address != otherAddress)
            return false;
        if (socket.Options.ReusePort && other.Options.ReusePort)
            return false;
        return !(socket.Options.ReuseAddress && other.Options.ReuseAddress && other.State != TcpState.Listen);
    }
}
