using System.Buffers.Binary;
using System.Net.Sockets;

namespace IoPkt.Client.Control;

/// <summary>One connection to <c>prefix/dev/socket/family</c>: requests and replies, one after another.</summary>
internal sealed class ControlConnection : IDisposable
{
    private const ushort Version = 1;
    private const int RequestHeader = 8;
    private const int ReplyHeader = 16;
    private const ushort ReplyBit = 0x8000;
    private const uint MoreFlag = 1;

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
        ControlOperation operation, ReadOnlyMemory<byte> payload, SafeSocketHandle? about, CancellationToken cancellation)
    {
        uint tag = ++_tag;
        Send(operation, tag, payload.Span, about);
        byte[]? joined = null;
        SafeSocketHandle? descriptor = null;
        try
        {
            while (true)
            {
                // Peeking is how .NET waits for a message without taking it: the descriptor must be taken together with its message.
                await _socket.ReceiveAsync(_peeked, SocketFlags.Peek, cancellation).ConfigureAwait(false);
                byte[] message = Take(ref descriptor);
                (int error, uint flags) = Check(message, operation, tag);
                ReadOnlyMemory<byte> part = message.AsMemory(ReplyHeader);
                if ((flags & MoreFlag) == 0 && joined is null)
                    return new ControlReply(error, part, descriptor);
                joined = [.. joined ?? [], .. part.Span];
                if ((flags & MoreFlag) == 0)
                    return new ControlReply(error, joined, descriptor);
            }
        }
        catch
        {
            descriptor?.Dispose();
            throw;
        }
    }

    public void Dispose() => _socket.Dispose();

    private void Send(ControlOperation operation, uint tag, ReadOnlySpan<byte> payload, SafeSocketHandle? about)
    {
        byte[] message = new byte[RequestHeader + payload.Length];
        BinaryPrimitives.WriteUInt16LittleEndian(message, Version);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(2), (ushort)operation);
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(4), tag);
        payload.CopyTo(message.AsSpan(RequestHeader));
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

    private static (int Error, uint Flags) Check(ReadOnlySpan<byte> message, ControlOperation operation, uint tag)
    {
        if (message.Length < ReplyHeader
            || BinaryPrimitives.ReadUInt16LittleEndian(message) != Version
            || BinaryPrimitives.ReadUInt16LittleEndian(message[2..]) != ((ushort)operation | ReplyBit)
            || BinaryPrimitives.ReadUInt32LittleEndian(message[4..]) != tag)
        {
            throw Errors.Exception(Errors.Protocol);
        }
        return (BinaryPrimitives.ReadInt32LittleEndian(message[8..]), BinaryPrimitives.ReadUInt32LittleEndian(message[12..]));
    }
}
