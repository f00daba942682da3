using IoPkt.Daemon.Sockets.Native;

namespace IoPkt.Daemon.Sockets;

/// <summary>
/// Holds the descriptor that came with a request while it's handled, and closes it whatever happens: at once if it proved to be one of our own sockets, and
/// otherwise where closing may take its time.
/// </summary>
internal sealed class DescriptorCustody(Descriptor? attached) : IDisposable
{
    private bool _isOurs;

    public bool IsEmpty => attached is null;

    /// <summary>The socket that the descriptor is an end of.</summary>
    public SocketPair? Find(SocketTable sockets)
    {
        if (attached is null || !UnixSocket.TryGetInode(attached, out ulong inode) || !sockets.TryFind(inode, out SocketPair? pair))
            return null;
        _isOurs = true;
        return pair;
    }

    public void Dispose()
    {
        if (attached is null)
            return;
        if (_isOurs)
            attached.Dispose();
        else
            attached.CloseElsewhere();
    }
}
