using System.Net;
using IoPkt.Daemon.Sockets.Native;
using IoPkt.Fuzzer.Sessions;
using IoPkt.Wire.Sockets;

namespace IoPkt.Fuzzer.Clients;

/// <summary>A client that keeps to the wire format. Beside whoever doesn't, its requests are answered, and its bytes and datagrams arrive.</summary>
internal sealed class HonestClient(ServiceHost host) : IDisposable
{
    private const int StreamType = 1;
    private const int DatagramType = 2;

    /// <summary>Others may have the memory for a moment.</summary>
    private const int Attempts = 400;

    private const long AttemptTime = 50_000;

    private static readonly IPEndPoint s_listening = new(IPAddress.Loopback, 8080);
    private static readonly IPEndPoint s_datagrams = new(IPAddress.Loopback, 8081);

    private readonly ControlLine _control = new(host.Entry);
    private readonly List<Descriptor> _descriptors = [];
    private readonly byte[] _buffer = new byte[64 * 1024];
    private Descriptor? _listener;
    private Descriptor? _client;
    private Descriptor? _server;
    private Descriptor? _datagramReceiver;
    private Descriptor? _datagramSender;
    private uint _tag;
    private int _number;

    /// <summary>Opens a connection to itself, and two datagram sockets.</summary>
    public void Start()
    {
        _listener = NewSocket(StreamType);
        Ask(Operation.Bind, Encode(s_listening), _listener);
        Ask(Operation.Listen, BitConverter.GetBytes(5), _listener);
        _client = NewSocket(StreamType);
        byte[] record = new byte[ConnectRecord.MinimumLength];
        ConnectRecord.Write(record, SockAddr.From(s_listening));
        Until(() => UnixSocket.Send(_client.Value, record, null) == Errno.None, "connect");
        Until(() => UnixSocket.Receive(_listener.Value, _buffer.AsSpan(0, AcceptRecord.Size), out _server, out _, out _) == AcceptRecord.Size && _server is not null, "accept");
        _descriptors.Add(_server!);
        _datagramReceiver = NewSocket(DatagramType);
        Ask(Operation.Bind, Encode(s_datagrams), _datagramReceiver);
        _datagramSender = NewSocket(DatagramType);
        Ask(Operation.Connect, Encode(s_datagrams), _datagramSender);
    }

    /// <summary>A question, some bytes each way, and a datagram.</summary>
    public void Go(Random random)
    {
        byte[] name = Ask(Operation.GetSocketName, [], _listener);
        if (!SockAddr.TryRead(name, out SockAddr address) || !address.ToIPEndPoint().Equals(s_listening))
            throw new FuzzingException("an honest client's socket has another name");
        Pass(_client!, _server!, random.Next(1, 5000));
        Pass(_server!, _client!, random.Next(1, 5000));
        byte[] datagram = Pattern(random.Next(1, 1400)), sent = [.. new byte[DatagramHeader.Size], .. datagram];
        Until(() => UnixSocket.Send(_datagramSender!.Value, sent, null) == Errno.None, "send a datagram");
        int count = 0;
        Until(() => (count = UnixSocket.Receive(_datagramReceiver!.Value, _buffer, out _, out _, out _)) > 0, "get a datagram");
        if (!DatagramHeader.TryRead(_buffer.AsSpan(0, count), out DatagramHeader header) || !_buffer.AsSpan(header.PayloadOffset, count - header.PayloadOffset).SequenceEqual(datagram))
            throw new FuzzingException("an honest client's datagram came as another");
    }

    public void Dispose()
    {
        _control.Dispose();
        _descriptors.ForEach(d => d.Dispose());
    }

    private void Pass(Descriptor from, Descriptor to, int length)
    {
        byte[] data = Pattern(length);
        for (int sent = 0, received = 0; received < length;)
        {
            if (sent == received)
            {
                int chunk = Math.Min(length - sent, 1000);
                Until(() => UnixSocket.Send(from.Value, data.AsSpan(sent, chunk), null) == Errno.None, "write");
                sent += chunk;
            }
            int count = 0;
            Until(() => (count = UnixSocket.Receive(to.Value, _buffer, out _, out _, out _)) > 0, "read");
            if (received + count > sent || !_buffer.AsSpan(0, count).SequenceEqual(data.AsSpan(received, count)))
                throw new FuzzingException("an honest client's bytes came as others");
            received += count;
        }
    }

    private Descriptor NewSocket(int type)
    {
        Ask(Operation.Socket, [.. BitConverter.GetBytes(type), .. BitConverter.GetBytes(0)], null);
        return _descriptors[^1];
    }

    private byte[] Ask(Operation operation, byte[] payload, Descriptor? about)
    {
        byte[] message = new byte[RequestHeader.Size + payload.Length];
        new RequestHeader(WireFormat.Version, operation, ++_tag).Write(message);
        payload.CopyTo(message, RequestHeader.Size);
        Until(() => _control.Send(message, about), $"ask for {operation}");
        byte[]? answer = null;
        Until(() =>
        {
            if (!_control.TryReceive(out ReplyHeader reply, out ReadOnlySpan<byte> data, out Descriptor? attached))
                return false;
            if (reply.Error != 0)
                throw new FuzzingException($"an honest client's {operation} is answered with {(Errno)reply.Error}");
            if (attached is not null)
                _descriptors.Add(attached);
            answer = data.ToArray();
            return true;
        }, $"get an answer to {operation}");
        return answer!;
    }

    private void Until(Func<bool> succeeds, string what)
    {
        for (int i = 0; i < Attempts; i++)
        {
            if (succeeds())
                return;
            host.Run();
            if (i > 0)
                host.Wait(AttemptTime);
        }
        throw new FuzzingException($"an honest client can't {what}");
    }

    private byte[] Pattern(int length)
    {
        byte[] data = new byte[length];
        for (int i = 0; i < length; i++)
            data[i] = (byte)(++_number * 31 + (_number >> 8));
        return data;
    }

    private static byte[] Encode(IPEndPoint endpoint)
    {
        byte[] bytes = new byte[SockAddr.MaximumSize];
        return bytes[..SockAddr.From(endpoint).Write(bytes)];
    }
}
