using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using IoPkt.Client;

namespace IoPkt.Tools.Ping;

internal enum EchoEvent
{
    /// <summary>Nothing of ours.</summary>
    Foreign,
    /// <summary>An answer to one of our requests.</summary>
    Reply,
    /// <summary>An ICMP error about one of our requests.</summary>
    Error,
    /// <summary>The stack couldn't send one.</summary>
    SendFailed,
}

/// <summary>What was received.</summary>
/// <param name="Event">What it is.</param>
/// <param name="Source">Who sent it.</param>
/// <param name="Sequence">Of the request that it's about.</param>
/// <param name="Length">Bytes from ICMP's header on.</param>
/// <param name="Ttl">The packet's.</param>
/// <param name="Text">What's wrong, or what it is.</param>
internal readonly record struct EchoResult(EchoEvent Event, uint Source, ushort Sequence, int Length, int? Ttl, string? Text);

/// <summary>
/// Sends requests and sorts what comes back. With the privilege for it, a raw socket, which sees errors of routers, too; otherwise an ICMP datagram socket, which the
/// stack gives to anybody.
/// </summary>
internal sealed class EchoSocket : IDisposable
{
    private readonly IoPktDatagramSocket _socket;
    private readonly IPEndPoint _destination;
    private readonly EchoData _data;
    private readonly ushort _identifier;
    private readonly byte[] _sent;
    private readonly byte[] _received = new byte[65535 + 8];

    private EchoSocket(IoPktDatagramSocket socket, bool isRaw, uint destination, EchoData data)
    {
        _socket = socket;
        IsRaw = isRaw;
        _data = data;
        _destination = new IPEndPoint(IPAddress.Parse(Inet.Format(destination)), 0);
        _identifier = (ushort)Environment.ProcessId;
        _sent = new byte[IcmpMessage.HeaderLength + data.Span.Length];
    }

    public bool IsRaw { get; }

    public static async Task<EchoSocket> CreateAsync(IoPktClient client, PingOptions options, uint destination, EchoData data, CancellationToken cancellation)
    {
        bool isRaw = true;
        IoPktDatagramSocket socket;
        try
        {
            socket = await client.CreateRawAsync(1, cancellation).ConfigureAwait(false);
        }
        catch (SocketException refused) when (refused.SocketErrorCode == SocketError.AccessDenied)
        {
            isRaw = false;
            socket = await client.CreateIcmpAsync(cancellation).ConfigureAwait(false);
        }
        try
        {
            await ConfigureAsync(socket, options, isRaw, cancellation).ConfigureAwait(false);
            return new EchoSocket(socket, isRaw, destination, data);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public ValueTask SendAsync(ushort sequence, CancellationToken cancellation)
    {
        int length = IcmpMessage.WriteEchoRequest(_sent, _identifier, sequence, _data.Span);
        return _socket.SendToAsync(_sent.AsMemory(0, length), _destination, cancellation);
    }

    /// <exception cref="ToolException">The daemon is gone.</exception>
    public async ValueTask<EchoResult> ReceiveAsync(CancellationToken cancellation)
    {
        try
        {
            IoPktDatagram datagram = await _socket.ReceiveFromAsync(_received, cancellation).ConfigureAwait(false);
            uint source = Inet.Parse(datagram.RemoteEndPoint.Address.ToString());
            ReadOnlySpan<byte> packet = _received.AsSpan(0, datagram.Length);
            if (!IsRaw)
                return Classify(packet, source, datagram.Ttl);
            int headerLength = packet.Length > 0 ? (packet[0] & 0xf) * 4 : 0;
            return headerLength >= 20 && packet.Length >= headerLength
                ? Classify(packet[headerLength..], source, packet[8])
                : default;
        }
        catch (SocketException lost) when (lost.SocketErrorCode == SocketError.ConnectionReset)
        {
            throw new ToolException("the io-pkt is gone");
        }
        catch (SocketException failed)
        {
            return new EchoResult(EchoEvent.SendFailed, 0, 0, 0, null, failed.Message);
        }
    }

    public void Dispose() => _socket.Dispose();

    private static async Task ConfigureAsync(IoPktDatagramSocket socket, PingOptions options, bool isRaw, CancellationToken cancellation)
    {
        Task Set(IoPktSocketOption option, int value) => socket.SetOptionAsync(option, value, cancellation);

        if (!isRaw)
            await Set(IoPktSocketOption.ReceiveTtl, 1).ConfigureAwait(false);
        if (options.Ttl is int ttl)
        {
            await Set(IoPktSocketOption.Ttl, ttl).ConfigureAwait(false);
            await Set(IoPktSocketOption.MulticastTtl, ttl).ConfigureAwait(false);
        }
        if (options.TypeOfService is int tos)
            await Set(IoPktSocketOption.TypeOfService, tos).ConfigureAwait(false);
        if (options.DontFragment)
            await Set(IoPktSocketOption.MtuDiscover, 2).ConfigureAwait(false);
        if (options.DontRoute)
            await Set(IoPktSocketOption.DontRoute, 1).ConfigureAwait(false);
        if (options.NoMulticastLoop)
            await Set(IoPktSocketOption.MulticastLoop, 0).ConfigureAwait(false);
        await Set(IoPktSocketOption.Broadcast, 1).ConfigureAwait(false);
        if (options.Source is string source)
        {
            uint address = new HostNames().Parse(source, "source address");
            await socket.BindAsync(new IPEndPoint(IPAddress.Parse(Inet.Format(address)), 0), cancellation).ConfigureAwait(false);
        }
    }

    /// <param name="message">From ICMP's header on.</param>
    /// <param name="source">The packet's.</param>
    /// <param name="ttl">The packet's, if known.</param>
    private EchoResult Classify(ReadOnlySpan<byte> message, uint source, int? ttl)
    {
        if (message.Length < IcmpMessage.HeaderLength)
            return default;
        byte type = message[0];
        ushort sequence = BinaryPrimitives.ReadUInt16BigEndian(message[6..]);
        if (type == IcmpMessage.EchoReply && (!IsRaw || BinaryPrimitives.ReadUInt16BigEndian(message[4..]) == _identifier))
        {
            string? damage = IcmpMessage.Checksum(message) != 0 && IsRaw ? "wrong checksum" : _data.FindDamage(message[IcmpMessage.HeaderLength..]);
            return new EchoResult(EchoEvent.Reply, source, sequence, message.Length, ttl, damage);
        }
        if (IcmpMessage.IsError(type) && IcmpMessage.TryReadQuoted(message, _identifier, out sequence))
            return new EchoResult(EchoEvent.Error, source, sequence, message.Length, ttl, IcmpMessage.Describe(message));
        return new EchoResult(EchoEvent.Foreign, source, 0, message.Length, ttl, IcmpMessage.Describe(message));
    }
}
