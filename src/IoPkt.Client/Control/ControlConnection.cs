using System.Net.Sockets;
using IoPkt.Wire.Sockets;

namespace IoPkt.Client.Control;

/// <summary>One connection to <c>prefix/dev/socket/family</c>: requests and replies, one after another.</summary>
internal sealed class ControlConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly byte[] _peeked = new byte[1];
    private uint _tag;

    private ControlConnection(Socket socket) => _socket = socket;

    /// <param name="path">The rendezvous.</param>
    /// <param name="cancellation">Ends the wait for a daemon whose backlog is full.</param>
    /// <exception cref="SocketException">Nobody listens there.</exception>
    public static async Task<ControlConnection> OpenAsync(string path, CancellationToken cancellation)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Seqpacket, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation).ConfigureAwait(false);
            return new ControlConnection(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends a request and waits for the whole reply. After an exception the connection is of no more use.</summary>
    /// <exception cref="SocketException">The daemon is gone. <see cref="SocketError.Shutdown"/>: the request was not received.</exception>
    public async ValueTask<ControlReply> ExchangeAsync(
        Operation operation, ReadOnlyMemory<byte> payload, SafeSocketHandle? about, CancellationToken cancellation)
    {
        uint tag = ++_tag;
        Send(operation, tag, payload.Span, about);
        MemoryStream? joined = null;
        SafeSocketHandle? descriptor = null;
        try
        {
            while (true)
            {
                // Peeking is how .NET waits for a message without taking it: the descriptor must be taken together with its message.
                await _socket.ReceiveAsync(_peeked, SocketFlags.Peek, cancellation).ConfigureAwait(false);
                byte[] message = Take(ref descriptor);
                if (!ReplyHeader.TryRead(message, out ReplyHeader header) || header.Operation != operation || header.Tag != tag)
                    throw Errors.Exception(Errors.Protocol);
                ReadOnlyMemory<byte> part = message.AsMemory(ReplyHeader.Size);
                bool isLast = (header.Flags & ReplyFlags.More) == 0;
                if (isLast && joined is null)
                    return new ControlReply(header.Error, part, descriptor);
                joined ??= new MemoryStream();
                joined.Write(part.Span);
                if (isLast)
                    return new ControlReply(header.Error, joined.GetBuffer().AsMemory(0, (int)joined.Length), descriptor);
            }
        }
        catch
        {
            descriptor?.Dispose();
            throw;
        }
    }

    public void Dispose() => _socket.Dispose();

    private void Send(Operation operation, uint tag, ReadOnlySpan<byte> payload, SafeSocketHandle? about)
    {
        byte[] message = new byte[RequestHeader.Size + payload.Length];
        new RequestHeader(WireFormat.Version, operation, tag).Write(message);
        payload.CopyTo(message.AsSpan(RequestHeader.Size));
        int error = DescriptorPassing.Send(_socket.SafeHandle, message, about);
        if (error != 0)
            throw Errors.Exception(error);
    }

    private byte[] Take(ref SafeSocketHandle? descriptor)
    {
        int length = DescriptorPassing.PeekLength(_socket.SafeHandle);
        if (length == 0)
            throw Errors.Exception(Errors.ConnectionReset);
        if (length < 0)
            throw Errors.Exception(-length);
        byte[] message = new byte[length];
        int received = DescriptorPassing.Receive(_socket.SafeHandle, message, out SafeSocketHandle? attached);
        if (attached is not null)
        {
            descriptor?.Dispose();
            descriptor = attached;
        }
        if (received != length)
            throw Errors.Exception(received < 0 ? -received : Errors.Protocol);
        return message;
    }
}
