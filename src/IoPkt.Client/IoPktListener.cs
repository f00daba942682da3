using System.Net;
using System.Net.Sockets;
using IoPkt.Client.Control;
using IoPkt.Wire.Sockets;

namespace IoPkt.Client;

/// <summary>A listening TCP socket of the stack. Connections come down its descriptor, each with a descriptor of its own.</summary>
public sealed class IoPktListener : IDisposable
{
    private readonly ControlChannel _channel;
    private readonly byte[] _peeked = new byte[1];

    internal IoPktListener(ControlChannel channel, IoPktSocket socket, IPEndPoint local)
    {
        _channel = channel;
        Socket = socket;
        LocalEndPoint = local;
    }

    public IoPktSocket Socket { get; }

    public IPEndPoint LocalEndPoint { get; }

    /// <summary>Waits for a connection and takes it. Several may wait; each gets another connection.</summary>
    /// <exception cref="SocketException">The daemon is gone.</exception>
    public async Task<IoPktStream> AcceptAsync(CancellationToken cancellation = default)
    {
        byte[] record = new byte[AcceptRecord.Size];
        while (true)
        {
            await Socket.Pair.ReceiveAsync(_peeked, SocketFlags.Peek, cancellation).ConfigureAwait(false);
            int length = DescriptorPassing.Receive(Socket.SafeHandle, record, out SafeSocketHandle? descriptor);
            if (length == -Errors.TryAgain || length == -Errors.Interrupted)
                continue; // somebody else who holds this descriptor has taken it
            if (length <= 0)
                throw Errors.Exception(length < 0 ? -length : Errors.ConnectionReset);
            if (descriptor is null || length != record.Length || !AcceptRecord.TryRead(record, out AcceptRecord accepted))
            {
                descriptor?.Dispose();
                throw Errors.Exception(Errors.Protocol);
            }
            return new IoPktStream(new IoPktSocket(_channel, descriptor), accepted.Peer.ToIPEndPoint());
        }
    }

    public void Dispose() => Socket.Dispose();
}
