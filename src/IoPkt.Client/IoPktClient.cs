using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using IoPkt.Client.Control;
using IoPkt.Wire.Sockets;

namespace IoPkt.Client;

/// <summary>
/// A client of the io-pkt under one prefix: its sockets as ordinary streams and datagrams, and its configuration. Thread-safe. Sockets outlive it, but no connect
/// that is under way does.
/// </summary>
/// <remarks>
/// Errors: <see cref="SocketException"/> for what the stack says of a socket, <see cref="IoPktException"/> when there's no daemon or it refuses a request of
/// management.
/// </remarks>
public sealed class IoPktClient : IDisposable
{
    /// <summary>BSD's number of the Internet's address family, which names the rendezvous.</summary>
    private const int InetFamily = 2;

    private const int Stream = 1;
    private const int Datagram = 2;
    private const int Raw = 3;
    private const int Icmp = 1;

    private readonly ControlChannel _channel;
    private readonly ReadinessMonitor _monitor = new();

    /// <param name="prefix">As in the daemon's <c>prefix=</c>; <c>null</c>: the environment variable <c>SOCK</c>, or none.</param>
    public IoPktClient(string? prefix = null)
    {
        Prefix = prefix ?? Environment.GetEnvironmentVariable("SOCK") ?? "";
        _channel = new ControlChannel(Prefix, InetFamily);
        Management = new IoPktManagement(ManageAsync);
    }

    /// <summary>What is put in front of <c>/dev/socket</c>; perhaps empty.</summary>
    public string Prefix { get; }

    /// <summary>What the tools ask and configure.</summary>
    public IoPktManagement Management { get; }

    /// <summary>Connects to a TCP server.</summary>
    /// <param name="remote">The server.</param>
    /// <param name="local">The address and port to connect from; <c>null</c>: as the stack chooses.</param>
    /// <param name="cancellation">Gives the attempt up.</param>
    /// <exception cref="SocketException">Refused, timed out, unreachable…</exception>
    public async Task<IoPktStream> ConnectTcpAsync(IPEndPoint remote, IPEndPoint? local = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(remote);
        IoPktSocket socket = new(_channel, await CreateDescriptorAsync(Stream, 0, cancellation).ConfigureAwait(false));
        try
        {
            if (local is not null)
                await socket.BindAsync(local, cancellation).ConfigureAwait(false);
            await ConnectAsync(socket, remote, cancellation).ConfigureAwait(false);
            return new IoPktStream(socket, remote);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Listens for TCP connections.</summary>
    /// <param name="local">The address, perhaps <see cref="IPAddress.Any"/>, and port; 0: one is chosen.</param>
    /// <param name="backlog">Connections that may wait; the stack's <c>somaxconn</c> limits it.</param>
    /// <param name="cancellation">Ends the wait for the daemon.</param>
    public async Task<IoPktListener> ListenTcpAsync(IPEndPoint local, int backlog = 128, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(local);
        IoPktSocket socket = new(_channel, await CreateDescriptorAsync(Stream, 0, cancellation).ConfigureAwait(false));
        try
        {
            // As .NET's own listeners do: a server may come back while connections of its past wait in TIME-WAIT.
            await socket.SetOptionAsync(IoPktSocketOption.ReuseAddress, 1, cancellation).ConfigureAwait(false);
            await socket.BindAsync(local, cancellation).ConfigureAwait(false);
            byte[] payload = new byte[sizeof(int)];
            BinaryPrimitives.WriteInt32LittleEndian(payload, backlog);
            await socket.AskAsync(Operation.Listen, payload, cancellation).ConfigureAwait(false);
            return new IoPktListener(_channel, socket, await socket.GetLocalEndPointAsync(cancellation).ConfigureAwait(false));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <param name="local">The address and port to receive on; <c>null</c>: chosen when the first datagram is sent.</param>
    /// <param name="cancellation">Ends the wait for the daemon.</param>
    public async Task<IoPktDatagramSocket> CreateUdpAsync(IPEndPoint? local = null, CancellationToken cancellation = default)
    {
        IoPktDatagramSocket socket = new(_channel, await CreateDescriptorAsync(Datagram, 0, cancellation).ConfigureAwait(false));
        try
        {
            if (local is not null)
                await socket.BindAsync(local, cancellation).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A socket for echo requests that needs no privilege: the stack fills in the identifier, and gives this socket the answers to its own requests only.</summary>
    public async Task<IoPktDatagramSocket> CreateIcmpAsync(CancellationToken cancellation = default) =>
        new(_channel, await CreateDescriptorAsync(Datagram, Icmp, cancellation).ConfigureAwait(false));

    /// <summary>A raw IP socket. Root and the daemon's user only.</summary>
    /// <param name="protocol">The number of the protocol above IP.</param>
    /// <param name="cancellation">Ends the wait for the daemon.</param>
    public async Task<IoPktDatagramSocket> CreateRawAsync(int protocol, CancellationToken cancellation = default) =>
        new(_channel, await CreateDescriptorAsync(Raw, protocol, cancellation).ConfigureAwait(false));

    public void Dispose()
    {
        _monitor.Dispose();
        _channel.Dispose();
    }

    private async Task<SafeSocketHandle> CreateDescriptorAsync(int type, int protocol, CancellationToken cancellation)
    {
        byte[] payload = new byte[2 * sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(payload, type);
        BinaryPrimitives.WriteInt32LittleEndian(payload.AsSpan(sizeof(int)), protocol);
        ControlReply reply = await _channel.ExchangeAsync(Operation.Socket, payload, null, cancellation).ConfigureAwait(false);
        if (reply.Error == 0 && reply.Descriptor is not null)
            return reply.Descriptor;
        reply.Descriptor?.Dispose();
        throw Errors.Exception(reply.Error != 0 ? reply.Error : Errors.Protocol);
    }

    /// <summary>The handshake, as section 4 of the wire format has it: while the record lies unread the descriptor isn't writable.</summary>
    private async Task ConnectAsync(IoPktSocket socket, IPEndPoint remote, CancellationToken cancellation)
    {
        byte[] record = new byte[ConnectRecord.MinimumLength];
        ConnectRecord.Write(record, SockAddr.From(remote));
        await socket.Pair.SendAsync(record, SocketFlags.None, cancellation).ConfigureAwait(false);
        short ready = await _monitor.WaitAsync(
            socket.SafeHandle, ReadinessMonitor.PollOut | ReadinessMonitor.PollReadHangUp, cancellation).ConfigureAwait(false);
        if ((ready & (ReadinessMonitor.PollReadHangUp | ReadinessMonitor.PollHangUp | ReadinessMonitor.PollError)) == 0)
            return;

        // It failed, unless it succeeded and the peer has closed already: the daemon knows.
        int error = await socket.GetOptionAsync(IoPktSocketOption.Error, cancellation).ConfigureAwait(false);
        if (error != 0)
            throw Errors.Exception(error);
    }

    private async Task<ReadOnlyMemory<byte>> ManageAsync(ReadOnlyMemory<byte> json, CancellationToken cancellation)
    {
        ControlReply reply = await _channel.ExchangeAsync(Operation.Manage, json, null, cancellation).ConfigureAwait(false);
        reply.Descriptor?.Dispose();

        // A refusal's text is in the answer; a bare error number comes from a daemon that couldn't get that far.
        return reply.Error == 0 || !reply.Payload.IsEmpty
            ? reply.Payload
            : throw new IoPktException(reply.Error, Errors.Exception(reply.Error).Message);
    }
}
