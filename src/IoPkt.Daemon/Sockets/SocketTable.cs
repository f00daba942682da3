using System.Diagnostics.CodeAnalysis;
using IoPkt.Daemon.Management;
using IoPkt.Stack;

namespace IoPkt.Daemon.Sockets;

/// <summary>A socket of the stack and the client that made it.</summary>
public readonly record struct ServedSocket(InetSocket Socket, ClientCredentials Creator);

/// <summary>The service's sockets by the identity that clients name them by: the inode of their descriptor. Used in the stack context only.</summary>
public sealed class SocketTable
{
    /// <summary>
    /// How many sockets that are gone can still be asked about: a client learns of an error by an end of file, and asks SO_ERROR after it. Those with an error are kept
    /// longer than those that ended in order.
    /// </summary>
    private const int DepartedWithError = 16384;

    private const int DepartedInOrder = 1024;

    private readonly Dictionary<ulong, SocketPair> _byInode = [];
    private readonly Dictionary<uint, int> _countByUser = [];
    private readonly Queue<SocketPair> _failed = new();
    private readonly Queue<SocketPair> _closed = new();

    /// <summary>Sockets whose descriptor a client holds.</summary>
    public int Count { get; private set; }

    /// <summary>Every socket whose descriptor a client holds, with its creator, for netstat. Don't change the table while enumerating.</summary>
    public IEnumerable<ServedSocket> Sockets
    {
        get
        {
            foreach (SocketPair pair in _byInode.Values)
            {
                if (pair.IsOpen)
                    yield return new ServedSocket(pair.Socket, pair.Creator);
            }
        }
    }

    /// <summary>The client that made a socket; <c>null</c> if it isn't a client's, or its client has closed it.</summary>
    public static ClientCredentials? FindCreator(InetSocket socket) => (socket?.Owner as SocketPair)?.Creator;

    internal IEnumerable<SocketPair> Open => _byInode.Values.Where(static pair => pair.IsOpen);

    internal int CountOf(uint user) => _countByUser.GetValueOrDefault(user);

    internal bool TryFind(ulong inode, [MaybeNullWhen(false)] out SocketPair pair) => _byInode.TryGetValue(inode, out pair);

    internal void Add(SocketPair pair)
    {
        _byInode[pair.Inode] = pair;
        _countByUser[pair.Creator.UserId] = CountOf(pair.Creator.UserId) + 1;
        Count++;
    }

    /// <summary>The socket has no descriptor any more. It can be found for a while yet.</summary>
    internal void Depart(SocketPair pair, bool withError)
    {
        Count--;
        int left = CountOf(pair.Creator.UserId) - 1;
        if (left == 0)
            _countByUser.Remove(pair.Creator.UserId);
        else
            _countByUser[pair.Creator.UserId] = left;
        Queue<SocketPair> departed = withError ? _failed : _closed;
        departed.Enqueue(pair);
        if (departed.Count <= (withError ? DepartedWithError : DepartedInOrder))
            return;
        SocketPair forgotten = departed.Dequeue();
        // The kernel may have given the number to a new socket meanwhile.
        if (_byInode.TryGetValue(forgotten.Inode, out SocketPair? present) && present == forgotten)
            _byInode.Remove(forgotten.Inode);
    }
}
