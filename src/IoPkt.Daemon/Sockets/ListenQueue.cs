using IoPkt.Stack;
using IoPkt.Wire.Sockets;

namespace IoPkt.Daemon.Sockets;

/// <summary>
/// Hands a listening socket's connections to its client, each as a record with the connection's descriptor. The backlog is in two parts: some connections lie in the
/// pair, where the client's poll sees them, and the rest wait in TCP.
/// </summary>
internal sealed class ListenQueue(StreamPair listener, TcpSocket tcp)
{
    /// <summary>Connections handed over in one batch.</summary>
    private const int Share = 64;

    /// <summary>
    /// The most that lie in the pair: with so few its buffer always polls writable, and so the kernel reports each one that the client takes.
    /// </summary>
    private const int MaximumHandedOver = 64;

    private PairEnds? _unsent;
    private StreamPair? _unsentPair;
    private int _recordCost;

    /// <summary>Connections that may lie in the pair.</summary>
    public int Limit { get; set; }

    /// <summary>The pair's part of a backlog. Like Linux, we hold one more than the backlog in all, so the least is one here.</summary>
    public static int HandedOver(int backlog) => Math.Clamp((backlog + 1) / 2, 1, MaximumHandedOver);

    /// <returns>Whether there's more to do at once.</returns>
    public bool Work()
    {
        if (_unsent is not null && !Send())
            return false;
        int room = Limit - Outstanding();
        for (int taken = 0; room > 0 && tcp.AcceptQueueLength > 0; taken++, room--)
        {
            if (taken == Share)
                return true;
            if (!Take())
                return false;
        }
        return false;
    }

    /// <summary>The listener closes. What lies in the pair the kernel closes, and those connections end with it.</summary>
    public void Close()
    {
        _unsent?.Clients.Dispose();
        _unsent = null;
    }

    private bool Take()
    {
        ServiceRuntime runtime = listener.Runtime;
        Errno error = Errno.TooManyFiles;
        PairEnds? ends = runtime.HasRoomFor(listener.Creator)
            ? PairEnds.Create(runtime, tcp.Family, SocketType.Stream, TcpProtocol.Number, out error)
            : null;
        if (ends is null)
        {
            runtime.WaitForDescriptors(listener, error);
            return false;
        }
        TcpSocket? connection = tcp.Accept();
        if (connection is null)
        {
            ends.Dispose();
            return false;
        }
        _unsent = ends;
        _unsentPair = new StreamPair(runtime, connection, ends, listener.Creator, isConnected: true);
        _unsentPair.Open();
        return Send();
    }

    private bool Send()
    {
        Span<byte> record = stackalloc byte[AcceptRecord.Size];
        InetSocket connection = _unsentPair!.Socket;
        new AcceptRecord(connection.RemoteEndpoint.ToSockAddr(), connection.LocalEndpoint.ToSockAddr()).Write(record);
        bool isAlone = _recordCost == 0 && listener.OutstandingBytes == 0;
        Errno error = listener.SendRecord(record, _unsent!.Clients);
        if (error != Errno.None)
        {
            listener.Runtime.WaitForDescriptors(listener, error);
            return false;
        }
        if (isAlone)
            _recordCost = listener.OutstandingBytes; // 0 if the client has been as quick as that
        _unsent.Clients.Dispose();
        _unsent = null;
        // It may have data already, or have ended.
        listener.Runtime.Work.Add(_unsentPair);
        _unsentPair = null;
        listener.Runtime.Counters.Accepted.Increment();
        return true;
    }

    /// <summary>Records in the pair that nobody has taken. The kernel counts their memory; what one costs is seen when one lies there alone.</summary>
    private int Outstanding()
    {
        int bytes = listener.OutstandingBytes;
        return bytes == 0 ? 0 : _recordCost == 0 ? 1 : (bytes + _recordCost - 1) / _recordCost;
    }
}
