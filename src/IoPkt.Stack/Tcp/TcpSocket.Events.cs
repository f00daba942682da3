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

    internal void ConnectionFailed(Errno error)
    {
        _wasConnected = true;
        _isReceiveEnd = true;
        LeaveConnection();
        SetError(error);
        Notify(SocketEvents.Closed);
        RetireIfUnused();
    }

    internal void ConnectionEnded()
    {
        _isReceiveEnd = true;
        LeaveConnection();
        Notify(SocketEvents.Closed);
        RetireIfUnused();
    }

    internal void ConnectionWaits(TimeWaitEntry entry)
    {
        _timeWait = entry;
        LeaveConnection();
        Notify(SocketEvents.Closed);
    }

    /// <summary>A user that's still there may ask what became of it.</summary>
    private void LeaveConnection()
    {
        if (!_isClosedByUser && Connection is { } connection)
            _lastInfo = new StrongBox<TcpInfo>(connection.GetInfo());
        Connection = null;
    }

    internal void TimeWaitEnded()
    {
        _timeWait = null;
        RetireIfUnused();
    }
}
