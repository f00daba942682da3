using System.Text;
using static IoPkt.Daemon.Sockets.Native.Constants;

namespace IoPkt.Daemon.Sockets.Native;

/// <summary>The host's Unix domain sockets: making them, naming them, and passing descriptors.</summary>
internal static unsafe class UnixSocket
{
    /// <summary>Bytes of control data that carry one descriptor: <c>CMSG_SPACE(sizeof(int))</c>, the header being a size, a level and a type.</summary>
    private static int DescriptorControlSize => sizeof(nuint) + 2 * sizeof(int) + sizeof(nuint);

    /// <summary>Makes a connected pair, both ends close-on-exec and blocking (that mode goes with the end to the client; ours is used with <c>MSG_DONTWAIT</c>).</summary>
    public static Errno CreatePair(int type, out Descriptor ours, out Descriptor theirs)
    {
        int* ends = stackalloc int[2];
        if (Libc.SocketPair(AfUnix, type | SockCloseOnExec, 0, ends) != 0)
        {
            ours = theirs = new Descriptor();
            return Descriptor.LastError;
        }
        ours = new Descriptor(ends[0]);
        theirs = new Descriptor(ends[1]);
        return Errno.None;
    }

    /// <summary>Gives a socket a name in the abstract namespace.</summary>
    public static Errno BindAbstract(Descriptor socket, string name)
    {
        byte* address = stackalloc byte[2 + UnixPathLength];
        Span<byte> path = new(address + 2, UnixPathLength);
        *(ushort*)address = AfUnix;
        path[0] = 0;
        int length = Encoding.UTF8.GetBytes(name, path[1..]);
        return Libc.Bind(socket.Value, address, (uint)(2 + 1 + length)) == 0 ? Errno.None : Descriptor.LastError;
    }

    /// <summary>A listening <c>SOCK_SEQPACKET</c> socket at a path, which must be free.</summary>
    public static Errno Listen(string path, int backlog, out Descriptor listener)
    {
        listener = new Descriptor(Libc.Socket(AfUnix, SockSeqPacket | SockNonBlock | SockCloseOnExec, 0));
        if (listener.IsInvalid)
            return Descriptor.LastError;
        byte* address = stackalloc byte[2 + UnixPathLength];
        uint length = WritePath(path, address);
        if (Libc.Bind(listener.Value, address, length) == 0 && Libc.Listen(listener.Value, backlog) == 0)
            return Errno.None;
        Errno error = Descriptor.LastError;
        listener.Dispose();
        return error;
    }

    /// <returns>The next connection, non-blocking; invalid, with the error, if there's none.</returns>
    public static Descriptor Accept(Descriptor listener, out Errno error)
    {
        Descriptor accepted = new(Libc.Accept(listener.Value, null, null, SockNonBlock | SockCloseOnExec));
        error = accepted.IsInvalid ? Descriptor.LastError : Errno.None;
        return accepted;
    }

    public static bool TryGetPeer(Descriptor connection, out PeerCredentials credentials)
    {
        credentials = default;
        uint length = (uint)sizeof(PeerCredentials);
        fixed (PeerCredentials* peer = &credentials)
            return Libc.GetOption(connection.Value, SolSocket, SoPeerCred, peer, &length) == 0;
    }

    /// <summary>
    /// The inode of a Unix domain socket: its identity. The descriptor may be anything that a client sent, so it's asked first whether it's such a socket, which
    /// touches no file system: <c>fstat</c> could wait for a file server.
    /// </summary>
    /// <returns>Whether it is one.</returns>
    public static bool TryGetInode(Descriptor descriptor, out ulong inode)
    {
        inode = 0;
        int domain;
        uint length = sizeof(int);
        if (Libc.GetOption(descriptor.Value, SolSocket, SoDomain, &domain, &length) != 0 || domain != AfUnix)
            return false;
        // struct statx is 256 bytes; stx_ino is the 64 bits at 32.
        byte* result = stackalloc byte[256];
        byte empty = 0;
        if (Libc.StatX(descriptor.Value, &empty, AtEmptyPath, StatXInode, result) != 0)
            return false;
        inode = *(ulong*)(result + 32);
        return true;
    }

    /// <summary>Refuses descriptors that the other end might send here (Linux 6.16; before it the kernel drops them when we receive without asking for them).</summary>
    public static void RefuseDescriptors(Descriptor socket)
    {
        int no = 0;
        _ = Libc.SetOption(socket.Value, SolSocket, SoPassRights, &no, sizeof(int));
    }

    /// <summary>Urgent bytes stay in their place, and are read like others (SO_OOBINLINE).</summary>
    public static void KeepUrgentInLine(Descriptor socket)
    {
        int yes = 1;
        _ = Libc.SetOption(socket.Value, SolSocket, SoOutOfBandInline, &yes, sizeof(int));
    }

    /// <summary>Bytes of memory that wait in the other end's receive queue.</summary>
    public static int OutstandingBytes(int socket) => Ask(socket, SiocOutQ);

    /// <summary>Bytes of a stream that wait in our own.</summary>
    public static int WaitingBytes(int socket) => Ask(socket, SiocInQ);

    /// <summary>Whether the next byte of a stream is an urgent one. A read that begins before it ends before it.</summary>
    public static bool IsAtMark(int socket) => Ask(socket, SiocAtMark) != 0;

    private static int Ask(int socket, uint request)
    {
        int answer = 0;
        return Libc.Ioctl(socket, request, &answer) == 0 ? answer : 0;
    }

    /// <summary>Sends one message, if it can be done without waiting, with a descriptor attached if there's one.</summary>
    public static Errno Send(int socket, ReadOnlySpan<byte> message, Descriptor? attached)
    {
        fixed (byte* data = message)
        {
            IoVector vector = new() { Base = (nint)data, Length = (nuint)message.Length };
            MessageHeader header = new() { Vectors = &vector, VectorCount = 1 };
            byte* control = stackalloc byte[DescriptorControlSize];
            if (attached is not null)
            {
                new Span<byte>(control, DescriptorControlSize).Clear();
                *(nuint*)control = (nuint)(DescriptorControlSize - sizeof(nuint) + sizeof(int));
                *(int*)(control + sizeof(nuint)) = SolSocket;
                *(int*)(control + sizeof(nuint) + 4) = ScmRights;
                *(int*)(control + sizeof(nuint) + 8) = attached.Value;
                header.Control = control;
                header.ControlLength = (nuint)DescriptorControlSize;
            }
            return Libc.SendMessage(socket, &header, MsgDontWait | MsgNoSignal) >= 0 ? Errno.None : Descriptor.LastError;
        }
    }

    /// <summary>Receives one message and the descriptors that came with it.</summary>
    /// <param name="socket">Ours.</param>
    /// <param name="buffer">For the message.</param>
    /// <param name="attached">The descriptor that came; the caller closes it.</param>
    /// <param name="truncated">The message was longer than the buffer, or more than one descriptor came (the kernel has dropped the others).</param>
    /// <param name="error">Why there's no message.</param>
    /// <returns>Bytes received; 0 at the end; −1 with an error.</returns>
    public static int Receive(int socket, Span<byte> buffer, out Descriptor? attached, out bool truncated, out Errno error)
    {
        attached = null;
        truncated = false;
        error = Errno.None;
        fixed (byte* data = buffer)
        {
            IoVector vector = new() { Base = (nint)data, Length = (nuint)buffer.Length };
            // CMSG_LEN and not CMSG_SPACE: room for exactly one descriptor, so that the kernel drops the others.
            int headerSize = DescriptorControlSize - sizeof(nuint);
            byte* control = stackalloc byte[DescriptorControlSize];
            MessageHeader header = new() { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = (nuint)(headerSize + sizeof(int)) };
            nint received = Libc.ReceiveMessage(socket, &header, MsgDontWait | MsgCloseOnExec);
            if (received < 0)
            {
                error = Descriptor.LastError;
                return -1;
            }
            if (header.ControlLength >= (nuint)(headerSize + sizeof(int)) && *(int*)(control + sizeof(nuint)) == SolSocket
                && *(int*)(control + sizeof(nuint) + 4) == ScmRights)
                attached = new Descriptor(*(int*)(control + headerSize));
            truncated = (header.Flags & (MsgTruncated | MsgControlTruncated)) != 0;
            return (int)received;
        }
    }

    private static uint WritePath(string path, byte* address)
    {
        Span<byte> bytes = new(address + 2, UnixPathLength);
        bytes.Clear();
        *(ushort*)address = AfUnix;
        int length = Encoding.UTF8.GetBytes(path, bytes[..^1]);
        return (uint)(2 + length + 1);
    }
}
