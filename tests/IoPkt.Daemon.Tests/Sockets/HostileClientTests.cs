using System.Net;
using System.Net.Sockets;
using IoPkt.Daemon.Sockets.Native;
using IoPkt.Wire.Sockets;

namespace IoPkt.Daemon.Tests.Sockets;

/// <summary>Clients that are broken or malicious lose what's theirs, and nobody else anything.</summary>
public sealed class HostileClientTests
{
    private const int Stream = 1;
    private const int Datagrams = 2;

    private static IPEndPoint Loopback(int port) => new(IPAddress.Loopback, port);

    /// <summary>Valid requests and messages with bytes changed, cut and added, between those of a client that behaves, which notices nothing.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Mutated_requests_and_messages_harm_only_their_sender(int seed)
    {
        await using ServiceFixture fixture = await ServiceFixture.StartAsync();
        using (WireClient good = new(fixture.Entry))
        using (StreamTriple witness = StreamTriple.Connect(good, 8080))
        {
            using Fuzzer fuzzer = new(fixture.Entry, seed);
            byte[] echo = new byte[1];
            for (int i = 0; i < 3000; i++)
            {
                fuzzer.Step();
                if (i % 50 != 0)
                    continue;
                witness.Client.Send([(byte)i]);
                Assert.Equal(1, witness.Server.Receive(echo));
                Assert.Equal((byte)i, echo[0]);
                using Socket another = good.NewSocket(Datagrams);
            }
        }
        await fixture.UntilEmptyAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(60_000)]
    [InlineData(180_000)]
    public async Task A_request_of_any_length_is_answered_or_ends_its_connection(int length)
    {
        await using ServiceFixture fixture = await ServiceFixture.StartAsync();
        using (Socket client = Connect(fixture.Entry))
        {
            client.Send(new byte[length]);
            byte[] reply = new byte[4096];
            int count = client.Receive(reply);
            if (count > 0)
            {
                Assert.True(ReplyHeader.TryRead(reply.AsSpan(0, count), out ReplyHeader header));
                Assert.NotEqual(0, header.Error);
            }
        }
        using WireClient next = new(fixture.Entry);
        next.NewSocket(Stream).Dispose();
        await fixture.UntilEmptyAsync();
    }

    [Fact]
    public async Task Descriptors_that_are_not_ours_are_refused_and_not_kept()
    {
        await using ServiceFixture fixture = await ServiceFixture.StartAsync();
        using WireClient client = new(fixture.Entry);
        int before = OpenDescriptors();
        using Socket foreign = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        using Socket udp = new(SocketType.Dgram, ProtocolType.Udp);
        for (int i = 0; i < 200; i++)
        {
            Assert.Equal(Errno.NotSocket, client.Request(Operation.GetSocketName, default, foreign).Error);
            Assert.Equal(Errno.NotSocket, client.Listen(udp, 1));
            Assert.Equal(Errno.NotSocket, client.Request(Operation.GetPeerName, default, client.Control).Error);
        }
        // Tests of other classes open descriptors of this process, too, but not six hundred.
        Assert.InRange(OpenDescriptors(), 0, before + 300);
    }

    [Fact]
    public async Task A_client_that_leaves_at_any_point_leaves_nothing()
    {
        await using ServiceFixture fixture = await ServiceFixture.StartAsync();
        await fixture.AddSilentHostAsync("192.0.2.1");
        for (int i = 0; i < 100; i++)
        {
            // Nothing said; a question asked, and the answer not waited for, nor the descriptor in it taken.
            Connect(fixture.Entry).Dispose();
            using (Socket impatient = Connect(fixture.Entry))
            {
                impatient.Send(NewSocketRequest(Stream));
                impatient.Send(NewSocketRequest(Datagrams));
            }
            using WireClient client = new(fixture.Entry);
            Socket listener = client.NewSocket(Stream);
            Assert.Equal(Errno.None, client.Bind(listener, Loopback(0)));
            Assert.Equal(Errno.None, client.Listen(listener, 8));
            // A handshake that's never finished, one that is and that nobody accepts, half a record, and a record in pieces.
            Socket silent = client.NewSocket(Stream), waiting = client.NewSocket(Stream), half = client.NewSocket(Stream);
            WireClient.BeginConnect(silent, new IPEndPoint(IPAddress.Parse("192.0.2.1"), 80));
            Assert.Equal(Errno.None, client.ConnectStream(waiting, client.LocalName(listener)));
            half.Send(BitConverter.GetBytes(ConnectRecord.Magic));
            foreach (Socket socket in (Socket[])(i % 2 == 0 ? [listener, silent, waiting, half] : [half, waiting, silent, listener]))
                socket.Dispose();
        }
        await fixture.UntilEmptyAsync();
    }

    [Fact]
    public async Task A_client_that_never_reads_its_replies_holds_up_nobody()
    {
        await using ServiceFixture fixture = await ServiceFixture.StartAsync();
        using (Socket deaf = Connect(fixture.Entry))
        {
            deaf.Blocking = false;
            int sent = 0;
            try
            {
                for (; sent < 100_000; sent++)
                    deaf.Send(NewSocketRequest(Stream));
            }
            catch (SocketException full) when (full.SocketErrorCode is SocketError.WouldBlock or SocketError.ConnectionReset or SocketError.Shutdown or SocketError.NoBufferSpaceAvailable)
            {
                // The daemon reads no more of it until its replies are taken, or has closed it.
            }
            Assert.True(sent < 100_000, "requests are taken in without an end");
            using WireClient good = new(fixture.Entry);
            using StreamTriple s = StreamTriple.Connect(good, 8080);
            s.Client.Send("x"u8);
            Assert.Equal(1, s.Server.Receive(new byte[1]));
        }
        await fixture.UntilEmptyAsync();
    }

    private static Socket Connect(string entry)
    {
        Socket client = new(AddressFamily.Unix, SocketType.Seqpacket, ProtocolType.Unspecified) { ReceiveTimeout = 10_000, SendTimeout = 10_000, SendBufferSize = 400_000 };
        client.Connect(new UnixDomainSocketEndPoint(entry));
        return client;
    }

    private static byte[] NewSocketRequest(int type)
    {
        byte[] message = new byte[RequestHeader.Size + 8];
        new RequestHeader(WireFormat.Version, Operation.Socket, 1).Write(message);
        WireClient.Encode(type).CopyTo(message, RequestHeader.Size);
        return message;
    }

    private static int OpenDescriptors() => Directory.GetFileSystemEntries("/proc/self/fd").Length;

    /// <summary>A client's life gone wrong, the same for the same seed.</summary>
    private sealed class Fuzzer(string entry, int seed) : IDisposable
    {
        private const int Sockets = 16;

        private readonly Random _random = new(seed);
        private readonly List<Socket> _sockets = [];
        private readonly byte[] _scratch = new byte[128 * 1024];
        private readonly WireClient _maker = new(entry);
        private WireClient? _client;

        public void Step()
        {
            _client ??= new WireClient(entry);
            try
            {
                switch (_random.Next(10))
                {
                    case 0 when _sockets.Count < Sockets:
                        if (_maker.TrySocket(_random.Next(1, 4), _random.Next(4) == 0 ? _random.Next(256) : 0).Descriptor is { } made)
                        {
                            made.Blocking = false;
                            _sockets.Add(made);
                        }
                        break;
                    case 1 when _sockets.Count > 0:
                        int last = _random.Next(_sockets.Count);
                        _sockets[last].Dispose();
                        _sockets.RemoveAt(last);
                        break;
                    case 2 or 3 when _sockets.Count > 0:
                        Write(Pick());
                        break;
                    case 4 when _sockets.Count > 0:
                        Pick().Receive(_scratch);
                        break;
                    case 5 when _random.Next(20) == 0:
                        Forget();
                        break;
                    default:
                        Ask();
                        break;
                }
            }
            catch (SocketException)
            {
                // The daemon has parted with it, or would block; either is its right.
                if (_client is { } client && !IsAlive(client))
                    Forget();
            }
        }

        public void Dispose()
        {
            Forget();
            _maker.Dispose();
            foreach (Socket socket in _sockets)
                socket.Dispose();
        }

        private Socket Pick() => _sockets[_random.Next(_sockets.Count)];

        /// <summary>A request of the right form, more or less.</summary>
        private void Ask()
        {
            Operation[] operations = Enum.GetValues<Operation>();
            Operation operation = operations[_random.Next(operations.Length)];
            byte[] payload = operation switch
            {
                Operation.Bind or Operation.Connect => WireClient.Encode(Loopback(_random.Next(3) == 0 ? 0 : _random.Next(20000, 20050))),
                Operation.Listen or Operation.Shutdown => WireClient.Encode(_random.Next(-1, 4)),
                Operation.SetOption => [.. WireClient.Encode(_random.Next(3) * 3), .. WireClient.Encode(_random.Next(60)), .. WireClient.Encode(_random.Next(-1, 70000))],
                Operation.GetOption => [.. WireClient.Encode(_random.Next(3) * 3), .. WireClient.Encode(_random.Next(60)), .. WireClient.Encode(_random.Next(40))],
                Operation.Ioctl => [.. BitConverter.GetBytes(0x8900u + (uint)_random.Next(0x60)), .. Bytes(40)],
                Operation.Socket => [.. WireClient.Encode(_random.Next(6)), .. WireClient.Encode(_random.Next(300))],
                _ => Bytes(_random.Next(20)),
            };
            byte[] message = new byte[RequestHeader.Size + payload.Length];
            new RequestHeader(WireFormat.Version, operation, 7).Write(message);
            payload.CopyTo(message, RequestHeader.Size);
            if (_random.Next(2) == 0)
                message = Mutate(message);
            if (message.Length == 0)
                return;
            _client!.SendRaw(message, _sockets.Count > 0 && _random.Next(8) != 0 ? Pick() : null);
            Drain();
        }

        /// <summary>Into a socket's descriptor: a connect record, a datagram with a header, or anything.</summary>
        private void Write(Socket socket)
        {
            byte[] bytes;
            switch (_random.Next(3))
            {
                case 0:
                    bytes = new byte[ConnectRecord.MinimumLength];
                    ConnectRecord.Write(bytes, SockAddr.From(Loopback(_random.Next(20000, 20050))));
                    break;
                case 1:
                    byte[] name = WireClient.Encode(Loopback(_random.Next(20000, 20050)));
                    bytes = [0, 0, (byte)name.Length, 0, 0, 0, 0, 0, .. name, .. Bytes(_random.Next(100))];
                    break;
                default:
                    bytes = Bytes(_random.Next(1, 3000));
                    break;
            }
            socket.Send(_random.Next(2) == 0 ? Mutate(bytes) : bytes);
        }

        private void Drain()
        {
            // A reply may be late, or missing for what wasn't a request: nobody waits for it.
            while (_client!.Control.Poll(_random.Next(2) == 0 ? 0 : 500, SelectMode.SelectRead))
            {
                int count = UnixSocket.Receive(_client.Handle, _scratch, out Descriptor? attached, out _, out _);
                attached?.Dispose();
                if (count <= 0)
                {
                    Forget();
                    return;
                }
            }
        }

        private void Forget()
        {
            _client?.Dispose();
            _client = null;
        }

        private static bool IsAlive(WireClient client) => !(client.Control.Poll(0, SelectMode.SelectRead) && client.Control.Available == 0);

        private byte[] Bytes(int count)
        {
            byte[] bytes = new byte[count];
            _random.NextBytes(bytes);
            return bytes;
        }

        private byte[] Mutate(byte[] bytes)
        {
            bytes = [.. bytes];
            for (int changes = _random.Next(1, 5); changes > 0 && bytes.Length > 0; changes--)
            {
                int at = _random.Next(Math.Min(bytes.Length, 64));
                switch (_random.Next(4))
                {
                    case 0:
                        bytes[at] = (byte)_random.Next(256);
                        break;
                    case 1:
                        bytes[at] ^= (byte)(1 << _random.Next(8));
                        break;
                    case 2:
                        bytes = bytes[..at];
                        break;
                    default:
                        bytes = [.. bytes[..at], .. Bytes(_random.Next(1, 16)), .. bytes[at..]];
                        break;
                }
            }
            return bytes;
        }
    }
}
