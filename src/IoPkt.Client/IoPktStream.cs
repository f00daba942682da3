using System.Net;
using System.Net.Sockets;

namespace IoPkt.Client;

/// <summary>
/// A TCP connection of the stack, as a stream. Where the kernel knows only that its socket pair has ended, the daemon is asked for the reason, so a reset isn't
/// taken for an orderly end.
/// </summary>
public sealed class IoPktStream : Stream
{
    private readonly NetworkStream _pair;

    internal IoPktStream(IoPktSocket socket, IPEndPoint remote)
    {
        Socket = socket;
        RemoteEndPoint = remote;
        _pair = new NetworkStream(socket.Pair, ownsSocket: false);
    }

    /// <summary>For options and names.</summary>
    public IoPktSocket Socket { get; }

    public IPEndPoint RemoteEndPoint { get; }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Ends our side (FIN), after what was written; the peer may go on sending.</summary>
    public void ShutdownSend() => Socket.Pair.Shutdown(SocketShutdown.Send);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            int count = await _pair.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (count == 0 && buffer.Length > 0)
                await ThrowPendingErrorAsync(cancellationToken).ConfigureAwait(false);
            return count;
        }
        catch (IOException ended) when (ended.InnerException is SocketException)
        {
            await ThrowPendingErrorAsync(cancellationToken).ConfigureAwait(false);
            throw;
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await _pair.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException ended) when (ended.InnerException is SocketException)
        {
            await ThrowPendingErrorAsync(cancellationToken).ConfigureAwait(false);
            throw;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count)
    {
        try
        {
            int received = _pair.Read(buffer, offset, count);
            if (received == 0 && count > 0)
                ThrowPendingErrorAsync(CancellationToken.None).GetAwaiter().GetResult();
            return received;
        }
        catch (IOException ended) when (ended.InnerException is SocketException)
        {
            ThrowPendingErrorAsync(CancellationToken.None).GetAwaiter().GetResult();
            throw;
        }
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        try
        {
            _pair.Write(buffer, offset, count);
        }
        catch (IOException ended) when (ended.InnerException is SocketException)
        {
            ThrowPendingErrorAsync(CancellationToken.None).GetAwaiter().GetResult();
            throw;
        }
    }

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _pair.Dispose();
            Socket.Dispose();
        }
        base.Dispose(disposing);
    }

    /// <summary>The daemon's word on why the stream ended; nothing happens if it ended in order.</summary>
    private async Task ThrowPendingErrorAsync(CancellationToken cancellation)
    {
        int errno;
        try
        {
            errno = await Socket.GetOptionAsync(IoPktSocketOption.Error, cancellation).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is IoPktException or SocketException)
        {
            // The daemon itself is gone, and the connection with it: that's no orderly end.
            errno = Errors.ConnectionReset;
        }
        if (errno != 0)
        {
            SocketException reason = Errors.Exception(errno);
            throw new IOException(reason.Message, reason);
        }
    }
}
