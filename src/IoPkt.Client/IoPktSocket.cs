using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using IoPkt.Client.Control;
using IoPkt.Wire.Sockets;

namespace IoPkt.Client;

/// <summary>
/// A socket of the stack. Its descriptor is a real one of the kernel's (one end of a Unix domain socket pair), so it may be polled, duplicated, inherited and passed on; what
/// the kernel can't know of it is asked of the daemon here.
/// </summary>
public class IoPktSocket : IDisposable
{
    private readonly ControlChannel _channel;

    internal IoPktSocket(ControlChannel channel, SafeSocketHandle handle)
    {
        _channel = channel;
        Pair = new Socket(handle);
    }

    public SafeSocketHandle SafeHandle => Pair.SafeHandle;

    /// <summary>The kernel's socket behind the descriptor.</summary>
    internal Socket Pair { get; }

    /// <summary>Gives it a local address and port (0: any).</summary>
    /// <exception cref="SocketException">In use, not one of the stack's, or a port below 1024 without permission.</exception>
    public Task BindAsync(IPEndPoint local, CancellationToken cancellation = default) =>
        AskAsync(Operation.Bind, Encode(local), cancellation);

    public async Task<IPEndPoint> GetLocalEndPointAsync(CancellationToken cancellation = default) =>
        Decode(await AskAsync(Operation.GetSocketName, default, cancellation).ConfigureAwait(false));

    /// <exception cref="SocketException">It isn't connected.</exception>
    public async Task<IPEndPoint> GetRemoteEndPointAsync(CancellationToken cancellation = default) =>
        Decode(await AskAsync(Operation.GetPeerName, default, cancellation).ConfigureAwait(false));

    public Task SetOptionAsync(IoPktSocketOption option, int value, CancellationToken cancellation = default)
    {
        byte[] bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return SetOptionAsync(option, bytes, cancellation);
    }

    /// <param name="option">Which.</param>
    /// <param name="value">Linux's structure.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public Task SetOptionAsync(IoPktSocketOption option, ReadOnlyMemory<byte> value, CancellationToken cancellation = default)
    {
        byte[] payload = new byte[8 + value.Length];
        BinaryPrimitives.WriteInt32LittleEndian(payload, option.Level);
        BinaryPrimitives.WriteInt32LittleEndian(payload.AsSpan(4), option.Name);
        value.CopyTo(payload.AsMemory(8));
        return AskAsync(Operation.SetOption, payload, cancellation);
    }

    public async Task<int> GetOptionAsync(IoPktSocketOption option, CancellationToken cancellation = default)
    {
        ReadOnlyMemory<byte> value = await GetOptionAsync(option, sizeof(int), cancellation).ConfigureAwait(false);
        return value.Length switch
        {
            >= sizeof(int) => BinaryPrimitives.ReadInt32LittleEndian(value.Span),
            1 => value.Span[0],
            _ => throw Errors.Exception(Errors.Protocol),
        };
    }

    /// <param name="option">Which.</param>
    /// <param name="size">Bytes of Linux's structure, at most.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public Task<ReadOnlyMemory<byte>> GetOptionAsync(IoPktSocketOption option, int size, CancellationToken cancellation = default)
    {
        byte[] payload = new byte[12];
        BinaryPrimitives.WriteInt32LittleEndian(payload, option.Level);
        BinaryPrimitives.WriteInt32LittleEndian(payload.AsSpan(4), option.Name);
        BinaryPrimitives.WriteInt32LittleEndian(payload.AsSpan(8), size);
        return AskAsync(Operation.GetOption, payload, cancellation);
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
            Pair.Dispose();
    }

    /// <summary>Asks the daemon about this socket.</summary>
    internal async Task<ReadOnlyMemory<byte>> AskAsync(Operation operation, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        ControlReply reply = await _channel.ExchangeAsync(operation, payload, SafeHandle, cancellation).ConfigureAwait(false);
        reply.Descriptor?.Dispose();
        return reply.Error == 0 ? reply.Payload : throw Errors.Exception(reply.Error);
    }

    internal static byte[] Encode(IPEndPoint endpoint)
    {
        SockAddr address = SockAddr.From(endpoint);
        byte[] bytes = new byte[address.Size];
        address.Write(bytes);
        return bytes;
    }

    private static IPEndPoint Decode(ReadOnlyMemory<byte> payload) =>
        SockAddr.TryRead(payload.Span, out SockAddr address) ? address.ToIPEndPoint() : throw Errors.Exception(Errors.Protocol);
}
