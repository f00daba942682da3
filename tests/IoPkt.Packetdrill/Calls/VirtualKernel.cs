using IoPkt.Packetdrill.Files;
using IoPkt.Packetdrill.Host;
using IoPkt.Stack;
using IoPkt.Wire.Sockets;

namespace IoPkt.Packetdrill.Calls;

/// <summary>Linux's system calls on the sockets of a <see cref="VirtualHost"/>. Results are as the kernel's: a negative one is an errno.</summary>
public sealed partial class VirtualKernel
{
    private const int NonBlocking = 0x800, TypeMask = 0xf;
    private const int ReadWrite = 2;

    private readonly DescriptorTable _files = new();

    public VirtualKernel(HostConfiguration configuration)
    {
        Host = new VirtualHost(configuration);
        Settings = new HostSettings(Host.Stack, configuration.IsLikeFreeBsd);
    }

    public VirtualHost Host { get; }

    /// <summary><c>sysctl</c></summary>
    public HostSettings Settings { get; }

    /// <param name="domain">AF_INET</param>
    /// <param name="type">SOCK_STREAM or SOCK_DGRAM, perhaps with SOCK_NONBLOCK.</param>
    public long Socket(int domain, int type, int protocol)
    {
        if (domain != SockAddr.Inet)
            return Failure(Errno.AddressFamilyNotSupported);
        OpenFile? file = (type & TypeMask) switch
        {
            (int)SocketType.Stream when protocol is 0 or TcpProtocol.Number => new StreamFile(Host.Stack.Tcp.CreateSocket(AddressFamily.Inet), !Host.Configuration.IsLikeFreeBsd),
            (int)SocketType.Datagram when protocol is 0 or UdpProtocol.Number => new DatagramFile(Host.Stack.Udp.CreateSocket(AddressFamily.Inet)),
            _ => null,
        };
        if (file is null)
            return Failure(Errno.ProtocolNotSupported);
        file.IsNonBlocking = (type & NonBlocking) != 0;
        return _files.Add(file);
    }

    public long Bind(int descriptor, in SockAddr address) =>
        !TryFindSocket(descriptor, out SocketFile? file, out long error) ? error
        : address.Family != SockAddr.Inet ? Failure(Errno.AddressFamilyNotSupported)
        : Failure(file.Socket.Bind(ToEndpoint(address)));

    public long Listen(int descriptor, int backlog) =>
        TryFindStream(descriptor, out StreamFile? file, out long error) ? Failure(file.Tcp.Listen(backlog)) : error;

    /// <param name="peer">Told the peer's address.</param>
    public SystemCall Accept(int descriptor, Action<SockAddr> peer)
    {
        if (!TryFindStream(descriptor, out StreamFile? listener, out long error))
            return Completed(error);
        return SystemCall.Begin(Host, () =>
        {
            StreamFile? accepted = listener.Accept(out long result);
            if (accepted is null)
                return result;
            peer(SocketFile.ToSockAddr(accepted.Socket.RemoteEndpoint));
            return _files.Add(accepted);
        }, !listener.IsNonBlocking, listener.ReceiveTimeout);
    }

    public SystemCall Connect(int descriptor, SockAddr address)
    {
        if (!TryFindSocket(descriptor, out SocketFile? file, out long error))
            return Completed(error);
        if (address.Family == SockAddr.Unspecified && file is StreamFile stream)
            return SystemCall.Begin(Host, stream.Disconnect);
        if (address.Family != SockAddr.Inet)
            return Completed(Failure(Errno.AddressFamilyNotSupported));
        long pending = 0;
        return SystemCall.Begin(Host, () =>
        {
            long result = file.Connect(ToEndpoint(address));
            bool isPending = result == Failure(Errno.InProgress) || (result == Failure(Errno.AlreadyInProgress) && (pending != 0 || !file.IsNonBlocking));
            if (!isPending)
                return result;
            pending = Failure(Errno.InProgress);
            return OpenFile.WouldBlock;
        }, !file.IsNonBlocking, file.SendTimeout, () => pending);
    }

    /// <summary>Closes; where SO_LINGER says so, when the peer has acknowledged everything or the time is over.</summary>
    public SystemCall Close(int descriptor)
    {
        if (_files.Find(descriptor) is not { } file)
            return Completed(Failure(Errno.BadDescriptor));
        _files.Remove(descriptor);
        TimeSpan? linger = file is StreamFile stream && !file.IsNonBlocking ? stream.Socket.Options.Linger : null;
        bool isClosed = false;
        return SystemCall.Begin(Host, () =>
        {
            if (!isClosed)
                file.Close();
            isClosed = true;
            return linger > TimeSpan.Zero && ((StreamFile)file).Tcp.State is TcpState.FinWait1 or TcpState.Closing or TcpState.LastAck ? OpenFile.WouldBlock : 0;
        }, linger > TimeSpan.Zero, linger, static () => 0);
    }

    /// <param name="how">SHUT_RD 0, SHUT_WR 1, SHUT_RDWR 2.</param>
    public long Shutdown(int descriptor, int how)
    {
        if (!TryFindSocket(descriptor, out SocketFile? file, out long error))
            return error;
        if (how is < 0 or > 2)
            return Failure(Errno.Invalid);
        return file is StreamFile stream ? Do(() => stream.Shutdown((SocketShutdown)how)) : Failure(file.Socket.Shutdown((SocketShutdown)how));
    }

    /// <summary>F_GETFL and F_SETFL.</summary>
    public long Fcntl(int descriptor, int command, long argument)
    {
        const int getFlags = 3, setFlags = 4;
        if (_files.Find(descriptor) is not { } file)
            return Failure(Errno.BadDescriptor);
        switch (command)
        {
            case getFlags:
                return ReadWrite | (file.IsNonBlocking ? NonBlocking : 0);
            case setFlags:
                file.IsNonBlocking = (argument & NonBlocking) != 0;
                return 0;
            default:
                return Failure(Errno.Invalid);
        }
    }

    /// <summary>A call that's complete: for callers that treat all calls alike.</summary>
    public SystemCall Completed(long result) => SystemCall.Begin(Host, () => result);

    /// <summary>Ends everything as the end of a program would.</summary>
    public void CloseAll()
    {
        foreach (OpenFile file in _files.All)
            file.Close();
    }

    private static long Failure(Errno error) => -(long)error;

    private static InetEndpoint ToEndpoint(in SockAddr address) => new(InetAddress.FromIpv4((uint)address.Address), address.Port);


    /// <summary>Does what never blocks, in a batch of its own.</summary>
    private long Do(Func<long> work)
    {
        SystemCall call = SystemCall.Begin(Host, work);
        Host.Stepped?.Invoke();
        return call.Result;
    }
}
