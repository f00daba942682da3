using Xunit;

namespace IoPkt.Stack.Tests.Tcp.Harness;

/// <summary>
/// One connection between two stacks in virtual time, over a path of which a test says, packet by packet, what happens. Both ends read all that comes, and write what
/// <see cref="Write"/> told them to as fast as the socket takes it.
/// </summary>
internal sealed class TcpPath : ILink, IDisposable
{
    private readonly VirtualTime _time = new();
    private readonly PriorityQueue<PathPacket, (long Time, long Order)> _inFlight = new();
    private readonly long[] _unwritten = new long[2];
    private readonly long[] _busyUntil = new long[2];
    private readonly uint[] _first = new uint[2];
    private readonly uint[] _highest = new uint[2];
    private readonly int[] _count = new int[2];
    private readonly byte[] _data = new byte[65536];
    private TcpSocket _listener = null!;
    private long _order;

    private const long PlentyOfMemory = 512L * 1024 * 1024;
    private const long SmallPool = 16 * 1024 * 1024;

    public TcpPath(int mtu = 1500, bool offloads = false, long clientPool = PlentyOfMemory, long serverPool = PlentyOfMemory)
    {
        Client = new SimulatedHost(_time, this, 0, CreatePool(clientPool), 17, mtu, offloads);
        Server = new SimulatedHost(_time, this, 1, CreatePool(serverPool), 18, mtu, offloads);
    }

    public SimulatedHost Client { get; }

    public SimulatedHost Server { get; }

    public TcpSocket ClientSocket { get; private set; } = null!;

    public TcpSocket ServerSocket { get; private set; } = null!;

    /// <summary>One way, in microseconds.</summary>
    public long Delay { get; set; } = 25_000;

    /// <summary>Bits a second each way; 0: unlimited.</summary>
    public long Bandwidth { get; set; }

    /// <summary>Bytes that wait for the bandwidth before packets are dropped.</summary>
    public int QueueBytes { get; set; } = 1 << 20;

    /// <summary>Looks at each packet as it leaves: <c>null</c> drops it, a number of microseconds delays it by that much more.</summary>
    public Func<PathPacket, long?>? Fate { get; set; }

    /// <summary>Every packet, when recording is on.</summary>
    public List<PathPacket> Packets { get; } = [];

    public bool Recording { get; set; }

    public long Now => _time.Now;

    /// <summary>Bytes that each end has received.</summary>
    public long[] Received { get; } = new long[2];

    /// <summary>Whether each end's user takes what has come.</summary>
    public bool[] Reads { get; } = [true, true];

    /// <summary>The least and the greatest queueing delay that packets met, in microseconds.</summary>
    public long GreatestQueueDelay { get; set; }

    public void Connect(Action<TcpSocket>? configure = null)
    {
        _listener = Server.Stack.Tcp.CreateSocket(AddressFamily.Inet);
        Assert.Equal(Errno.None, _listener.Bind(new InetEndpoint(InetAddress.AnyIpv4, 80)));
        Assert.Equal(Errno.None, _listener.Listen(1));
        Reconnect(configure);
    }

    /// <summary>Leaves the connection that there is, and makes another.</summary>
    public void Reconnect(Action<TcpSocket>? configure = null)
    {
        ClientSocket = Client.Stack.Tcp.CreateSocket(AddressFamily.Inet);
        configure?.Invoke(ClientSocket);
        Step(() => Assert.Equal(Errno.InProgress, ClientSocket.Connect(new InetEndpoint(Server.Address, 80))));
        RunUntil(() => _listener.AcceptQueueLength > 0, 60);
        ServerSocket = _listener.Accept()!;
        Run(2 * Delay / 1e6);
    }

    /// <summary>The client (0) or the server (1) has so much more to send.</summary>
    public void Write(long bytes, int end = 0)
    {
        _unwritten[end] += bytes;
        Step();
    }

    public void Run(double seconds) => RunUntil(static () => false, seconds, mustHappen: false);

    /// <summary>Lets time pass until something has happened.</summary>
    /// <returns>How long it took, in seconds.</returns>
    public double RunUntil(Func<bool> condition, double limit, bool mustHappen = true)
    {
        long start = _time.Now, end = start + (long)(limit * 1e6);
        Step();
        while (!condition())
        {
            long next = _inFlight.TryPeek(out _, out (long Time, long Order) key) ? key.Time : long.MaxValue;
            next = Math.Min(next, Math.Min(Client.NextDeadline, Server.NextDeadline));
            if (next > end)
            {
                _time.MoveTo(end);
                Assert.False(mustHappen, $"it hasn't happened in {limit} s");
                Step();
                break;
            }
            _time.MoveTo(next);
            Step();
        }
        return (_time.Now - start) / 1e6;
    }

    /// <summary>Until the other end has all that was written.</summary>
    public double RunUntilReceived(long bytes, double limit, int end = 1) => RunUntil(() => Received[end] >= bytes, limit);

    public TcpInfo Info => ClientSocket.GetInfo();

    public void Send(int from, Mbuf frame)
    {
        byte[] bytes = new byte[frame.Packet.Length];
        frame.CopyTo(0, bytes);
        PathPacket packet = Parse(from, bytes, frame.Packet);
        if (Recording)
            Packets.Add(packet);
        long departure = Now;
        if (Bandwidth > 0)
        {
            long waiting = Math.Max(0, _busyUntil[from] - Now);
            if (waiting * Bandwidth / 8_000_000 > QueueBytes)
                return;
            GreatestQueueDelay = Math.Max(GreatestQueueDelay, waiting);
            departure = _busyUntil[from] = Now + waiting + Math.Max(1, bytes.Length * 8_000_000L / Bandwidth);
        }
        long? extra = Fate is null ? 0 : Fate(packet);
        if (extra is { } more)
            _inFlight.Enqueue(packet, (departure + Delay + more, _order++));
    }

    public void Dispose()
    {
        Client.Pool.Dispose();
        Server.Pool.Dispose();
    }

    private static MbufPool CreatePool(long bytes) =>
        new(new MbufPoolOptions { MaximumBytes = bytes, PageSize = bytes < SmallPool ? 4096 : 65536, MbufCache = 0, PacketCache = 0 });

    private PathPacket Parse(int from, byte[] bytes, in PacketHeader marks)
    {
        int start = (bytes[0] & 15) * 4;
        TcpHeader header = new(bytes.AsSpan(start));
        _ = TcpOptions.TryRead(header.Options, out TcpOptions options);
        if ((header.Flags & TcpFlags.Syn) != 0)
            _first[from] = header.Sequence.Value;
        uint sequence = header.Sequence.Value - _first[from];
        int length = bytes.Length - start - header.HeaderLength;
        bool isRetransmission = length > 0 && sequence < _highest[from];
        _highest[from] = Math.Max(_highest[from], sequence + (uint)length);
        return new PathPacket
        {
            Time = Now,
            From = from,
            Number = ++_count[from],
            Bytes = bytes,
            Marks = marks,
            Sequence = sequence,
            Acknowledgment = header.Acknowledgment.Value - _first[1 - from],
            Length = length,
            Flags = header.Flags,
            Options = options,
            IsRetransmission = isRetransmission,
        };
    }

    private void Step(Action? work = null)
    {
        Client.Stack.Begin();
        Server.Stack.Begin();
        work?.Invoke();
        while (_inFlight.TryPeek(out PathPacket? packet, out (long Time, long Order) key) && key.Time <= Now)
        {
            _inFlight.Dequeue();
            (packet.From == 0 ? Server : Client).Receive(new SimulatedPacket { Bytes = packet.Bytes, Length = packet.Bytes.Length, Destination = 1 - packet.From, Marks = packet.Marks });
        }
        ReadAndWrite(0, Client, ClientSocket);
        ReadAndWrite(1, Server, ServerSocket);
        Client.Stack.End();
        Server.Stack.End();
    }

    private void ReadAndWrite(int end, SimulatedHost host, TcpSocket? socket)
    {
        if (socket is null)
            return;
        while (Reads[end] && socket.Received is { } first)
        {
            Received[end] += first.Length;
            socket.Consume(first.Length);
        }
        while (_unwritten[end] > 0 && socket.SendSpace > 0 && socket.State == TcpState.Established)
        {
            int count = (int)Math.Min(Math.Min(_unwritten[end], socket.SendSpace), _data.Length);
            if (host.Pool.GetCopy(_data.AsSpan(0, count)) is not { } data)
                return;
            Assert.Equal(Errno.None, socket.Send(data));
            _unwritten[end] -= count;
        }
    }
}
