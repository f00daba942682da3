using System.Net.Sockets;
using System.Text;
using IoPkt.Wire.Sockets;

namespace IoPkt.Client.Control;

/// <summary>
/// Sends requests to one rendezvous, and keeps a connection at hand from one request to the next. After <see cref="Dispose"/> it keeps none: what
/// sockets outlive their client still can ask.
/// </summary>
internal sealed class ControlChannel(string prefix, int family) : IDisposable
{
    private const int LongestPath = 107;

    private readonly string _path = WireFormat.EntryPath(prefix, family);
    private ControlConnection? _idle;
    private bool _disposed;

    /// <exception cref="IoPktException">There's no daemon, or it went away.</exception>
    public async Task<ControlReply> ExchangeAsync(
        Operation operation, ReadOnlyMemory<byte> payload, SafeSocketHandle? about, CancellationToken cancellation)
    {
        try
        {
            ControlConnection? kept = Interlocked.Exchange(ref _idle, null);
            if (kept is not null)
            {
                try
                {
                    return await ExchangeAsync(kept, operation, payload, about, cancellation).ConfigureAwait(false);
                }
                catch (SocketException stale) when (stale.SocketErrorCode is SocketError.Shutdown)
                {
                    // The daemon that it led to is gone, and didn't get the request; perhaps there's a new one.
                }
            }
            ControlConnection connection = await OpenAsync(cancellation).ConfigureAwait(false);
            return await ExchangeAsync(connection, operation, payload, about, cancellation).ConfigureAwait(false);
        }
        catch (SocketException lost)
        {
            throw new IoPktException(
                Errors.ConnectionReset, $"the io-pkt with {Describe()} closed the connection before it answered ({lost.Message})", lost);
        }
    }

    public void Dispose()
    {
        _disposed = true;
        Interlocked.Exchange(ref _idle, null)?.Dispose();
    }

    private async Task<ControlReply> ExchangeAsync(
        ControlConnection connection, Operation operation, ReadOnlyMemory<byte> payload, SafeSocketHandle? about, CancellationToken cancellation)
    {
        ControlReply reply;
        try
        {
            reply = await connection.ExchangeAsync(operation, payload, about, cancellation).ConfigureAwait(false);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
        Interlocked.Exchange(ref _idle, connection)?.Dispose();
        if (_disposed)
            Interlocked.Exchange(ref _idle, null)?.Dispose();
        return reply;
    }

    private async Task<ControlConnection> OpenAsync(CancellationToken cancellation)
    {
        if (Encoding.UTF8.GetByteCount(_path) > LongestPath)
            throw new IoPktException(36, $"prefix {prefix} is too long: {_path} must not exceed {LongestPath} bytes");
        try
        {
            return await ControlConnection.OpenAsync(_path, cancellation).ConfigureAwait(false);
        }
        catch (SocketException refused) when (refused.SocketErrorCode == SocketError.AccessDenied)
        {
            throw new IoPktException(13, $"{_path}: Permission denied", refused);
        }
        catch (SocketException nobody)
        {
            string why = Path.Exists(_path) ? $"nobody answers at {_path}" : $"no {_path}";
            string start = prefix.Length == 0 ? "io-pkt-v4 -d tap" : $"io-pkt-v4 -d tap -p tcpip prefix={prefix}";
            throw new IoPktException(
                Errors.AddressFamilyNotSupported, $"no io-pkt is running with {Describe()} ({why}); start one with {start}", nobody);
        }
    }

    private string Describe() => prefix.Length == 0 ? "no prefix (SOCK is not set)" : $"prefix={prefix}";
}
