using IoPkt.Daemon.Sockets.Native;
using IoPkt.Stack;
using IoPkt.Wire.Sockets;

namespace IoPkt.Daemon.Sockets;

/// <summary>The two ends of a new socket's pair, before the client's end is on its way.</summary>
internal sealed class PairEnds : IDisposable
{
    private PairEnds(Descriptor ours, Descriptor clients, ulong inode)
    {
        Ours = ours;
        Clients = clients;
        Inode = inode;
    }

    public Descriptor Ours { get; }

    /// <summary>To be sent, and then closed here.</summary>
    public Descriptor Clients { get; }

    /// <summary>Of the client's end.</summary>
    public ulong Inode { get; }

    /// <summary>Makes a pair of the kind that the socket type needs, our end named so that any holder of the client's can tell what it has.</summary>
    public static PairEnds? Create(ServiceRuntime runtime, AddressFamily family, SocketType type, byte protocol, out Errno error)
    {
        int kind = type == SocketType.Stream ? Constants.SockStream : Constants.SockSeqPacket;
        error = UnixSocket.CreatePair(kind, out Descriptor ours, out Descriptor clients);
        if (error != Errno.None)
            return null;
        do
            error = UnixSocket.BindAbstract(ours, new SocketName((int)family, (int)type, protocol, runtime.NextId(), runtime.Prefix).ToString());
        while (error == Errno.AddressInUse);
        if (error == Errno.None && UnixSocket.TryGetInode(clients, out ulong inode))
        {
            UnixSocket.RefuseDescriptors(ours);
            if (type == SocketType.Stream)
                UnixSocket.KeepUrgentInLine(ours);
            return new PairEnds(ours, clients, inode);
        }
        if (error == Errno.None)
            error = Errno.InputOutput;
        ours.Dispose();
        clients.Dispose();
        return null;
    }

    /// <summary>Closes both ends: the pair isn't wanted after all.</summary>
    public void Dispose()
    {
        Ours.Dispose();
        Clients.Dispose();
    }
}
