namespace IoPkt.Stack;

/// <summary>The server's side of TCP Fast Open (RFC 7413, section 4.2.2) for a listener that has TCP_FASTOPEN.</summary>
internal sealed partial class TcpListener
{
    /// <summary>PendingFastOpenRequests (section 5.1): opened by a cookie, and the handshake not complete.</summary>
    private int _pendingFastOpens;

    /// <summary>A SYN with the option. Section 4.1.2: a request, or a cookie that isn't ours, is answered by a good one; the handshake is an ordinary one then.</summary>
    /// <param name="request">Not yet in the SYN queue.</param>
    /// <param name="segment">The SYN.</param>
    /// <returns>Whether the connection has been opened already.</returns>
    private bool TryFastOpen(HalfOpenConnection request, ref IncomingSegment segment)
    {
        FastOpenSettings settings = _tcp.Settings.FastOpen;
        int longestQueue = _socket.FastOpenQueue > 0 ? _socket.FastOpenQueue : settings.AllListeners ? Backlog : 0;
        if (longestQueue == 0 || !settings.Server)
            return false;
        FastOpenKey? key = _socket.FastOpenKey ?? settings.Key, backup = _socket.FastOpenKey is null ? settings.BackupKey : _socket.FastOpenBackupKey;
        bool isOld = false, isGood = (_socket.FastOpenWithoutCookie || settings.AcceptAny) && segment.DataLength > 0;
        if (segment.Options.HasFastOpen)
        {
            isGood |= _tcp.FastOpenServer.IsValid(segment.Options.FastOpen, key, backup, segment.Local.Address, segment.Remote.Address, out isOld);
            if (!isGood || isOld)
            {
                request.HasFastOpenAnswer = true;
                request.FastOpenAnswer = _tcp.FastOpenServer.Make(key, segment.Local.Address, segment.Remote.Address) with
                {
                    IsExperimental = segment.Options.FastOpen.IsExperimental,
                };
            }
        }
        if (!isGood)
        {
            if (segment.Options.HasFastOpen && segment.Options.FastOpen.Length > 0)
                _tcp.Counters.FastOpenBadCookies.Increment();
            return false;
        }
        // "the server … MUST … limit the number of pending": beyond it, and without room to accept, the handshake comes first.
        if (_pendingFastOpens >= longestQueue)
        {
            _tcp.Counters.FastOpenOverflows.Increment();
            return false;
        }
        _tcp.Counters.FastOpenPassive.Increment();
        _pendingFastOpens++;
        TcpSocket accepted = _tcp.CreateFastOpened(_socket, this, request, ref segment);
        _acceptQueue.Enqueue(accepted);
        _socket.ConnectionWaiting();
        return true;
    }

    internal void FastOpenDecided() => _pendingFastOpens--;
}
