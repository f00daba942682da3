using IoPkt.Client.Control;
using IoPkt.Wire.Sockets;

namespace IoPkt.Client;

/// <summary>
/// A client of the io-pkt under one prefix: its sockets as ordinary streams and datagrams, and its configuration. Thread-safe; it may make any number of sockets, and
/// they live on when it's disposed.
/// </summary>
public sealed class IoPktClient : IDisposable
{
    /// <summary>BSD's number of the Internet's address family, which names the rendezvous.</summary>
    internal const int InetFamily = 2;

    private readonly ControlChannel _channel;

    /// <param name="prefix">As in the daemon's <c>prefix=</c>; <c>null</c>: the environment variable <c>SOCK</c>, or none.</param>
    public IoPktClient(string? prefix = null)
    {
        Prefix = prefix ?? Environment.GetEnvironmentVariable("SOCK") ?? "";
        _channel = new ControlChannel(Prefix, InetFamily);
        Management = new IoPktManagement((json, cancellation) => ManageAsync(json, cancellation));
    }

    /// <summary>What is put in front of <c>/dev/socket</c>; perhaps empty.</summary>
    public string Prefix { get; }

    /// <summary>What the tools ask and configure.</summary>
    public IoPktManagement Management { get; }

    internal ControlChannel Channel => _channel;

    public void Dispose() => _channel.Dispose();

    private async Task<ReadOnlyMemory<byte>> ManageAsync(ReadOnlyMemory<byte> json, CancellationToken cancellation)
    {
        ControlReply reply = await _channel.ExchangeAsync(Operation.Manage, json, null, cancellation).ConfigureAwait(false);
        reply.Descriptor?.Dispose();

        // A refusal's text is in the answer; a bare error number comes from a daemon that couldn't get that far.
        if (reply.Error != 0 && reply.Payload.IsEmpty)
            throw new IoPktException(reply.Error, Errors.Exception(reply.Error).Message);
        return reply.Payload;
    }
}
