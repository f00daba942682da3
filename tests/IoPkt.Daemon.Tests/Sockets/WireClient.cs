using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using IoPkt.Daemon.Sockets.Native;
using IoPkt.Wire.Sockets;

namespace IoPkt.Daemon.Tests.Sockets;

/// <summary>A client that speaks the wire format with nothing in between. Its calls block.</summary>
internal sealed unsafe class WireClient : IDisposable
{
    private readonly Socket _control;
    private readonly byte[] _buffer = new byte[128 * 1024];
    private uint _tag;

    public WireClient(string entry)
    {
        _control = new Socket(AddressFamily.Unix, SocketType.Seqpacket, ProtocolType.Unspecified) { ReceiveTimeout = 10_000, SendTimeout = 10_000 };
        _control.Connect(new UnixDomainSocketEndPoint(entry));
    }

    public Socket Control => _control;

    public int Handle => (int)_control.SafeHandle.DangerousGetHandle();

    /// <summary>Sends a request and takes its reply, of however many messages.</summary>
    public Reply Request(Operation operation, ReadOnlySpan<byte> payload = default, Socket? about = null)
    {
        byte[] message = new byte[RequestHeader.Size + payload.Length];
        new RequestHeader(WireFormat.Version, operation, ++_tag).Write(message);
        payload.CopyTo(message.AsSpan(RequestHeader.Size));
        SendRaw(message, about);
        return Receive(_tag);
    }

    public void SendRaw(ReadOnlySpan<byte> message, Socket? about = null)
    {
        if (about is null)
        {
            _control.Send(message);
            return;
        }
        using Descriptor attached = new(Duplicate(about));
        Errno error = UnixSocket.Send(Handle, message, attached);
        if (error != Errno.None)
            throw new SocketException((int)SocketError.ConnectionAborted, $"the request could not be sent: {error}");
    }

    public Reply Receive(uint tag)
    {
        List<byte> payload = [];
        Socket? descriptor = null;
        for (; ; )
        {
            Assert.True(_control.Poll(10_000_000, SelectMode.SelectRead), "no reply");
            int count = UnixSocket.Receive(Handle, _buffer, out Descriptor? attached, out bool truncated, out Errno error);
            Assert.Equal(Errno.None, error);
            Assert.False(truncated);
            if (attached is not null)
                descriptor = Adopt(attached);
            if (count == 0)
                return new Reply(null, [], null);
            Assert.True(ReplyHeader.TryRead(_buffer.AsSpan(0, count), out ReplyHeader header));
            Assert.Equal(tag, header.Tag);
            payload.AddRange(_buffer.AsSpan(ReplyHeader.Size, count - ReplyHeader.Size));
            if ((header.Flags & ReplyFlags.More) == 0)
                return new Reply((Errno)header.Error, [.. payload], descriptor);
        }
    }

    public Reply TrySocket(int type, int protocol = 0)
    {
        Span<byte> payload = stackalloc byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(payload, type);
        BinaryPrimitives.WriteInt32LittleEndian(payload[4..], protocol);
        return Request(Operation.Socket, payload);
    }

    public Socket NewSocket(int type, int protocol = 0)
    {
        Reply reply = TrySocket(type, protocol);
        Assert.Equal(Errno.None, reply.Error);
        return reply.Descriptor!;
    }

    public Errno? Bind(Socket socket, IPEndPoint local) => Request(Operation.Bind, Encode(local), socket).Error;

    public Errno? Listen(Socket socket, int backlog) => Request(Operation.Listen, Encode(backlog), socket).Error;

    public Errno? Connect(Socket socket, IPEndPoint remote) => Request(Operation.Connect, Encode(remote), socket).Error;

    public Errno? Shutdown(Socket socket, int how) => Request(Operation.Shutdown, Encode(how), socket).Error;

    public IPEndPoint LocalName(Socket socket) => Decode(Request(Operation.GetSocketName, default, socket));

    public IPEndPoint PeerName(Socket socket) => Decode(Request(Operation.GetPeerName, default, socket));

    public Errno? SetOption(Socket socket, int level, int name, ReadOnlySpan<byte> value) =>
        Request(Operation.SetOption, [.. Encode(level), .. Encode(name), .. value], socket).Error;

    public Errno? SetOption(Socket socket, int level, int name, int value) => SetOption(socket, level, name, Encode(value));

    public Reply GetOption(Socket socket, int level, int name, int size) =>
        Request(Operation.GetOption, [.. Encode(level), .. Encode(name), .. Encode(size)], socket);

    public int GetNumber(Socket socket, int level, int name)
    {
        Reply reply = GetOption(socket, level, name, 4);
        Assert.Equal(Errno.None, reply.Error);
        return BinaryPrimitives.ReadInt32LittleEndian(reply.Payload);
    }

    public Errno TakeError(Socket socket) => (Errno)GetNumber(socket, LinuxLevels.Socket, LinuxSocketOptions.Error);

    /// <summary>A stream's connect: the record, then waiting for the end to be writable again.</summary>
    public Errno ConnectStream(Socket socket, IPEndPoint remote)
    {
        BeginConnect(socket, remote);
        Assert.True(socket.Poll(10_000_000, SelectMode.SelectWrite), "the handshake never ended");
        return TakeError(socket);
    }

    public static void BeginConnect(Socket socket, IPEndPoint remote)
    {
        byte[] record = new byte[ConnectRecord.MinimumLength];
        ConnectRecord.Write(record, SockAddr.From(remote));
        Assert.Equal(record.Length, socket.Send(record));
    }

    /// <summary>Takes one connection of a listening descriptor.</summary>
    public static (Socket Connection, AcceptRecord Record) Accept(Socket listener)
    {
        Assert.True(listener.Poll(10_000_000, SelectMode.SelectRead), "nothing to accept");
        Span<byte> record = stackalloc byte[AcceptRecord.Size];
        int count = UnixSocket.Receive((int)listener.SafeHandle.DangerousGetHandle(), record, out Descriptor? attached, out _, out Errno error);
        Assert.Equal(Errno.None, error);
        Assert.Equal(AcceptRecord.Size, count);
        Assert.True(AcceptRecord.TryRead(record, out AcceptRecord accepted));
        return (Adopt(attached!), accepted);
    }

    public void Dispose() => _control.Dispose();

    public static byte[] Encode(int number) => BitConverter.GetBytes(number);

    public static byte[] Encode(IPEndPoint endpoint)
    {
        byte[] bytes = new byte[SockAddr.MaximumSize];
        return bytes[..SockAddr.From(endpoint).Write(bytes)];
    }

    private static IPEndPoint Decode(Reply reply)
    {
        Assert.Equal(Errno.None, reply.Error);
        Assert.True(SockAddr.TryRead(reply.Payload, out SockAddr address));
        return address.ToIPEndPoint();
    }

    private static Socket Adopt(Descriptor descriptor)
    {
        int number = descriptor.Value;
        descriptor.SetHandleAsInvalid();
        return new Socket(new SafeSocketHandle(number, ownsHandle: true)) { ReceiveTimeout = 10_000, SendTimeout = 10_000 };
    }

    private static int Duplicate(Socket socket)
    {
        int copy = Dup((int)socket.SafeHandle.DangerousGetHandle());
        Assert.True(copy >= 0);
        return copy;
    }

    [System.Runtime.InteropServices.DllImport("libc", EntryPoint = "dup")]
    private static extern int Dup(int descriptor);
}

/// <param name="Error"><c>null</c>: the daemon closed the connection instead.</param>
internal sealed record Reply(Errno? Error, byte[] Payload, Socket? Descriptor);
