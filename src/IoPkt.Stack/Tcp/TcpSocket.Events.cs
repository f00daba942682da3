using System.Runtime.CompilerServices;

namespace IoPkt.Stack;

/// <summary>What the connection tells its socket, and the socket its user.</summary>
public sealed partial class TcpSocket
{
    internal void ConnectionEstablished()
    {
        _wasConnected = true;
        Notify(SocketEvents.Connected | SocketEvents.Writable);
    }

    internal void ConnectionWaiting() => Notify(SocketEvents.Acceptable);

    /// <summary>Told once a batch, however many segments it held.</summary>
    internal void DataReceived()
    {
        if (_notifiedBatch == _tcp.Batch)
            return;
        _notifiedBatch = _tcp.Batch;
        Notify(SocketEvents.Readable);
    }

    internal void EndReceived()
    {
        _isReceiveEnd = true;
        Notify(SocketEvents.Readable);
    }

    internal void SpaceFreed() => Notify(SocketEvents.Writable);

    /// <summary>The user may still ask how it went.</summary>
    internal void ConnectionEnds(in TcpInfo info)
    {
        if (!_isClosedByUser)
            _lastInfo = new StrongBox<TcpInfo>(info);
    }

    internal void ConnectionFailed(Errno error)
    {
        _wasConnected = true;
        _isReceiveEnd = true;
        Connection = null;
        SetError(error);
        Notify(SocketEvents.Closed);
        RetireIfUnused();
    }

    internal void ConnectionEnded()
    {
        _isReceiveEnd = true;
        Connection = null;
        Notify(SocketEvents.Closed);
        RetireIfUnused();
    }

    internal void ConnectionWaits(TimeWaitEntry entry)
    {
        _timeWait = entry;
        Connection = null;
        Notify(SocketEvents.Closed);
    }

    internal void TimeWaitEnded()
    {
        _timeWait = null;
        RetireIfUnused();
    }
}
