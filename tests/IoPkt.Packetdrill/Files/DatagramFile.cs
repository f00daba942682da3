using IoPkt.Stack;
using IoPkt.Wire.Sockets;

namespace IoPkt.Packetdrill.Files;

/// <summary>A UDP socket with the results of Linux's system calls.</summary>
internal sealed class DatagramFile(DatagramSocket socket, bool isSizeDoubled = true) : SocketFile(socket, isSizeDoubled)
{
    private DatagramSocket Datagrams => (DatagramSocket)Socket;

    public override PollEvents Poll() =>
        (Datagrams.ReceiveCount > 0 ? PollEvents.In | PollEvents.ReadNormal : PollEvents.None) | PollEvents.Out | PollEvents.WriteNormal;

    public override long Connect(in InetEndpoint remote) => Failure(Socket.Connect(remote));

    public override long Receive(Span<byte> buffer, MessageFlags flags, ReceivedMessage message)
    {
        if ((flags & (MessageFlags.Peek | MessageFlags.OutOfBand)) != 0)
            return Failure(Errno.NotSupported);
        if (Socket.TakeError() is not Errno.None and var error)
            return Failure(error);
        if (!Datagrams.TryReceive(out Datagram datagram))
            return WouldBlock;
        int length = datagram.Payload.Packet.Length;
        int count = Math.Min(length, buffer.Length);
        datagram.Payload.CopyTo(0, buffer[..count]);
        datagram.Payload.Free();
        message.Source = ToSockAddr(datagram.Source);
        message.Flags = count < length ? MessageFlags.Truncated : MessageFlags.None;
        return (flags & MessageFlags.Truncated) != 0 ? length : count;
    }

    public override long Send(ReadOnlySpan<byte> data, MessageFlags flags, SockAddr? destination)
    {
        if (Socket.TakeError() is not Errno.None and var error)
            return Failure(error);
        if (Socket.Stack.Pool.GetCopy(data) is not { } copy)
            return Failure(Errno.NoBuffers);
        InetEndpoint? to = destination is { } address ? new InetEndpoint(InetAddress.FromIpv4((uint)address.Address), address.Port) : null;
        error = Datagrams.Send(copy, to);
        return error == Errno.None ? data.Length : Failure(error);
    }
}
