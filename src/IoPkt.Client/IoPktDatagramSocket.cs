using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using IoPkt.Client.Control;
using IoPkt.Wire.Sockets;

namespace IoPkt.Client;

/// <summary>A received datagram.</summary>
/// <param name="Length">Bytes in the caller's buffer.</param>
/// <param name="RemoteEndPoint">Who sent it.</param>
/// <param name="IsTruncated">It was longer than the buffer, and the rest is lost.</param>
/// <param name="Ttl">Its time to live, if <see cref="IoPktSocketOption.ReceiveTtl"/> is set.</param>
public readonly record struct IoPktDatagram(int Length, IPEndPoint RemoteEndPoint, bool IsTruncated, int? Ttl);

/// <summary>A UDP, ICMP or raw socket of the stack. A raw socket's received datagrams begin with the IP header.</summary>
public sealed class IoPktDatagramSocket : IoPktSocket
{
    private const int MaximumMessage = DatagramHeader.MaximumPrefix + 65535;

    internal IoPktDatagramSocket(ControlChannel channel, SafeSocketHandle handle)
        : base(channel, handle)
    {
    }

    /// <summary>Sends to, and receives from, this peer only; an ICMP error becomes an exception of a later call.</summary>
    public Task ConnectAsync(IPEndPoint remote, CancellationToken cancellation = default) =>
        AskAsync(Operation.Connect, Encode(remote), cancellation);

    /// <param name="datagram">The payload.</param>
    /// <param name="remote">Where to; <c>null</c>: the connected peer.</param>
    /// <param name="cancellation">Ends the wait for room.</param>
    /// <exception cref="SocketException">The daemon is gone. What the stack has against the datagram comes with the next receive.</exception>
    public async ValueTask SendToAsync(ReadOnlyMemory<byte> datagram, IPEndPoint? remote, CancellationToken cancellation = default)
    {
        byte[] message = ArrayPool<byte>.Shared.Rent(DatagramHeader.MaximumPrefix + datagram.Length);
        try
        {
            int length = Write(message, datagram.Span, remote);
            await Pair.SendAsync(message.AsMemory(0, length), SocketFlags.None, cancellation).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(message);
        }
    }

    /// <exception cref="SocketException">What became of a datagram sent earlier, or the daemon is gone (<see cref="SocketError.ConnectionReset"/>).</exception>
    public async ValueTask<IoPktDatagram> ReceiveFromAsync(Memory<byte> buffer, CancellationToken cancellation = default)
    {
        byte[] message = ArrayPool<byte>.Shared.Rent(MaximumMessage);
        try
        {
            int length = await Pair.ReceiveAsync(message, SocketFlags.None, cancellation).ConfigureAwait(false);
            if (length == 0)
                throw Errors.Exception(Errors.ConnectionReset);
            return Read(message.AsSpan(0, length), buffer.Span);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(message);
        }
    }

    private static int Write(Span<byte> message, ReadOnlySpan<byte> payload, IPEndPoint? remote)
    {
        SockAddr name = remote is null ? default : SockAddr.From(remote);
        DatagramHeader header = new(DatagramFlags.None, (ushort)(remote is null ? 0 : name.Size), 0);
        message[..header.PayloadOffset].Clear();
        header.Write(message);
        if (remote is not null)
            name.Write(message[header.NameOffset..]);
        payload.CopyTo(message[header.PayloadOffset..]);
        return header.PayloadOffset + payload.Length;
    }

    private static IoPktDatagram Read(ReadOnlySpan<byte> message, Span<byte> buffer)
    {
        if (!DatagramHeader.TryRead(message, out DatagramHeader header))
            throw Errors.Exception(Errors.Protocol);
        ReadOnlySpan<byte> payload = message[header.PayloadOffset..];
        if ((header.Flags & DatagramFlags.Error) != 0)
            throw Errors.Exception(payload.Length >= sizeof(int) ? BinaryPrimitives.ReadInt32LittleEndian(payload) : Errors.Protocol);
        SockAddr.TryRead(message.Slice(header.NameOffset, header.NameLength), out SockAddr source);
        int length = Math.Min(payload.Length, buffer.Length);
        payload[..length].CopyTo(buffer);
        bool truncated = length < payload.Length || (header.Flags & DatagramFlags.Truncated) != 0;
        return new IoPktDatagram(length, source.ToIPEndPoint(), truncated, FindTtl(message.Slice(header.ControlOffset, header.ControlLength)));
    }

    private static int? FindTtl(ReadOnlySpan<byte> control)
    {
        ControlMessageReader reader = new(control);
        while (reader.MoveNext())
        {
            if (reader.Level == LinuxLevels.Ip && reader.Type == LinuxIpOptions.Ttl && reader.Data.Length >= sizeof(int))
                return BinaryPrimitives.ReadInt32LittleEndian(reader.Data);
        }
        return null;
    }
}
