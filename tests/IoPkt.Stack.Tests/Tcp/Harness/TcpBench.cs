using PacketDotNet;
using Xunit;

namespace IoPkt.Stack.Tests.Tcp.Harness;

/// <summary>
/// One stack whose peer is the test: segments go in as the test makes them, and what the stack sends waits to be looked at. Time stands still but in <see cref="Wait"/>.
/// Every packet that comes out is decoded, and its checksums verified, by PacketDotNet.
/// </summary>
internal sealed class TcpBench : ILinkLayer, IInterfaceOutput, ISocketOwner, IDisposable
{
    public static readonly InetAddress StackAddress = InetAddress.Parse("10.0.0.1");
    public static readonly InetAddress PeerAddress = InetAddress.Parse("10.0.0.2");

    private readonly Queue<WireSegment> _sent = new();
    private readonly Dictionary<InetSocket, SocketEvents> _events = [];
    private readonly bool _ownsPool;

    public TcpBench(Action<TcpSettings>? configure = null, int mtu = 1500, MbufPool? pool = null, int seed = 1)
    {
        _ownsPool = pool is null;
        Pool = pool ?? new MbufPool(new MbufPoolOptions { MaximumBytes = 64L * 1024 * 1024 });
        Stack = new NetworkStack(new NetworkStackOptions { Time = Time, Random = new Random(seed), Pool = Pool, MaximumBacklog = 4096 });
        configure?.Invoke(Stack.Tcp.Settings);
        Interface = Stack.Interfaces.Add(
            new InterfaceConfiguration { Name = "bench0", Mtu = mtu, Flags = InterfaceFlags.PointToPoint, Output = this }, _ => this);
        Stack.Interfaces.SetUp(Interface, true);
        Stack.Interfaces.AddAddress(Interface, new InterfaceAddress(StackAddress, 24, InetAddress.AnyIpv4, InetAddress.AnyIpv4));
        Do(() => { });
        _sent.Clear();
    }

    public VirtualTime Time { get; } = new();

    public MbufPool Pool { get; }

    public NetworkStack Stack { get; }

    public TcpProtocol Tcp => Stack.Tcp;

    public NetworkInterface Interface { get; }

    public int HeaderLength => 0;

    /// <summary>A socket that listens, with its options set before.</summary>
    public TcpSocket Listen(ushort port = 80, int backlog = 16, Action<TcpSocket>? configure = null)
    {
        TcpSocket socket = Create(configure);
        Do(() =>
        {
            Assert.Equal(Errno.None, socket.Bind(new InetEndpoint(InetAddress.AnyIpv4, port)));
            Assert.Equal(Errno.None, socket.Listen(backlog));
        });
        return socket;
    }

    /// <summary>A socket that begins to connect to the peer.</summary>
    public TcpSocket Connect(ushort port = 80, Action<TcpSocket>? configure = null)
    {
        TcpSocket socket = Create(configure);
        Do(() => Assert.Equal(Errno.InProgress, socket.Connect(new InetEndpoint(PeerAddress, port))));
        return socket;
    }

    public TcpSocket Create(Action<TcpSocket>? configure = null)
    {
        TcpSocket socket = Tcp.CreateSocket(AddressFamily.Inet);
        Watch(socket);
        configure?.Invoke(socket);
        return socket;
    }

    public TcpSocket Accept(TcpSocket listener)
    {
        TcpSocket accepted = Assert.IsType<TcpSocket>(listener.Accept());
        Watch(accepted);
        return accepted;
    }

    /// <summary>What the socket was told since the last question.</summary>
    public SocketEvents EventsOf(InetSocket socket)
    {
        SocketEvents events = _events.GetValueOrDefault(socket);
        _events.Remove(socket);
        return events;
    }

    public void OnSocketEvent(InetSocket socket, SocketEvents events) => _events[socket] = _events.GetValueOrDefault(socket) | events;

    /// <summary>One batch.</summary>
    public void Do(Action work)
    {
        Stack.Begin();
        work();
        Stack.End();
    }

    /// <summary>Hands data to the socket.</summary>
    public void Write(TcpSocket socket, byte[] data) => Do(() =>
    {
        Mbuf copy = Pool.GetChain(Math.Max(1, data.Length))!;
        Assert.True(copy.Append(data));
        Assert.Equal(Errno.None, socket.Send(copy));
    });

    public void Write(TcpSocket socket, int length) => Write(socket, Pattern(0, length));

    /// <summary>Takes what the socket has received.</summary>
    public byte[] Read(TcpSocket socket, int limit = int.MaxValue)
    {
        byte[] data = new byte[Math.Min(limit, socket.ReceiveAvailable)];
        Do(() =>
        {
            for (int at = 0; at < data.Length;)
            {
                int count = Math.Min(socket.Received!.Length, data.Length - at);
                socket.Received.Span[..count].CopyTo(data.AsSpan(at));
                socket.Consume(count);
                at += count;
            }
        });
        return data;
    }

    /// <summary>Bytes that say where in a stream they belong.</summary>
    public static byte[] Pattern(int start, int length) => [.. Enumerable.Range(start, length).Select(static i => (byte)(i * 7 + (i >> 8)))];

    /// <summary>Lets time pass; what's due happens when it's due.</summary>
    public void Wait(double seconds)
    {
        long end = Time.Now + (long)(seconds * 1e6);
        while (true)
        {
            long next = Stack.NextDeadline == long.MaxValue ? long.MaxValue : Time.Now + Math.Max(0, Stack.NextDeadline - Stack.Clock.Now);
            if (next > end)
                break;
            Time.MoveTo(next);
            Do(() => { });
        }
        Time.MoveTo(end);
        Do(() => { });
    }

    /// <summary>The next packet that the stack has sent.</summary>
    public WireSegment NextSent()
    {
        Assert.True(_sent.Count > 0, "nothing was sent");
        return _sent.Dequeue();
    }

    public bool HasSent => _sent.Count > 0;

    public void AssertNothingSent() => Assert.True(_sent.Count == 0, _sent.Count == 0 ? "" : $"sent: {string.Join("; ", _sent)}");

    public void ForgetSent() => _sent.Clear();

    /// <summary>Puts an IP packet in.</summary>
    public void Inject(params byte[][] packets)
    {
        MbufQueue queue = default;
        foreach (byte[] packet in packets)
        {
            Mbuf copy = Pool.GetChain(packet.Length)!;
            Assert.True(copy.Append(packet));
            queue.Enqueue(copy);
        }
        Stack.Begin();
        Stack.Input(Interface, ref queue);
        Stack.End();
    }

    /// <summary>An ICMP error from a router (192.0.2.1) that quotes a packet of ours.</summary>
    public void InjectIcmp(byte type, byte code, uint information, WireSegment quoted) => InjectIcmp(type, code, information, quoted.Bytes);

    public void InjectIcmp(byte type, byte code, uint information, byte[] quoted)
    {
        byte[] icmp = new byte[8 + Math.Min(quoted.Length, 40)];
        icmp[0] = type;
        icmp[1] = code;
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(icmp.AsSpan(4), information);
        quoted.AsSpan(0, icmp.Length - 8).CopyTo(icmp.AsSpan(8));
        IcmpV4Packet packet = new(new PacketDotNet.Utils.ByteArraySegment(icmp));
        packet.UpdateIcmpChecksum();
        IPv4Packet ip = new(System.Net.IPAddress.Parse("192.0.2.1"), System.Net.IPAddress.Parse(StackAddress.ToString())) { PayloadPacket = packet };
        ip.UpdateIPChecksum();
        Inject(ip.Bytes);
    }

    public long Count(string text) => Stack.Counters.Single(static g => g.Name == "tcp").All.Single(c => c.Text == text).Value;

    /// <summary>No connection, half-open one or TIME-WAIT is left, and every buffer is back.</summary>
    public void AssertNothingHeld()
    {
        Assert.Equal(0, Tcp.Connections.Count);
        Assert.Equal(0, Tcp.TimeWaits.Count);
        Assert.All(Pool.GetStatistics().Kinds, static k => Assert.Equal(0, k.InUse));
    }

    public void Input(Mbuf frame) => Stack.Ipv4.Input(Interface, frame);

    public Errno Output(Mbuf packet, ushort etherType, in InetAddress nextHop)
    {
        Interface.Enqueue(packet);
        return Errno.None;
    }

    public void Transmit(ref MbufQueue frames)
    {
        while (frames.TryDequeue(out Mbuf? frame))
        {
            byte[] bytes = new byte[frame.Packet.Length];
            frame.CopyTo(0, bytes);
            frame.Free();
            if (WireSegment.TryParse(bytes, out WireSegment? segment))
                _sent.Enqueue(segment);
        }
    }

    public void AddressAdded(InterfaceAddress address)
    {
    }

    public void AddressRemoved(InterfaceAddress address)
    {
    }

    public void Flush()
    {
    }

    public void Dispose()
    {
        if (_ownsPool)
            Pool.Dispose();
    }

    private void Watch(TcpSocket socket) => socket.Owner = this;
}
