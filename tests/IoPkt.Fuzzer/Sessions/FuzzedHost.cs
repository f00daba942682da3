using System.Buffers.Binary;
using IoPkt.Fuzzer.Frames;

namespace IoPkt.Fuzzer.Sessions;

/// <summary>A stack behind an Ethernet interface, with sockets of all kinds.</summary>
internal sealed class FuzzedHost : IInterfaceOutput
{
    public const ushort ListeningPort = 80;
    public const ushort BystanderPort = 81;
    public const ushort DatagramPort = 7;

    /// <summary>239.1.2.3, of which it's a member.</summary>
    public const uint Group = 0xef010203;

    /// <summary>Few datagrams, so that it's full now and then.</summary>
    private const int DatagramBufferBytes = 2048;

    /// <summary>Little, so that it's used up now and then.</summary>
    public const long PoolBytes = 8 << 20;

    private readonly MbufPool _pool;
    private readonly Queue<byte[]> _resolutions = new();
    private readonly byte[] _sent = new byte[FuzzedLink.MaximumFrame];

    public FuzzedHost(int seed, MbufPool pool)
    {
        _pool = pool;
        Stack = new NetworkStack(new NetworkStackOptions { Time = Time, Random = new Random(seed), Pool = pool, MaximumBacklog = 16, Forwarding = seed % 2 == 0 });
        Interface = Stack.Interfaces.Add(
            new InterfaceConfiguration { Name = "fuzz0", LinkAddress = MacAddress.Read(FuzzedLink.StackStation), Mtu = 1500, Output = this }, owner => new EthernetLink(owner));
        Stack.Interfaces.SetUp(Interface, true);
        Stack.Interfaces.AddAddress(Interface, new InterfaceAddress(InetAddress.FromIpv4(FuzzedLink.StackAddress), 24, InetAddress.FromIpv4(0x0a0000ff), InetAddress.AnyIpv4));
        Do(() => Stack.Ipv4.JoinGroup(Interface, InetAddress.FromIpv4(Group)));
        Listener = Listen(ListeningPort);
        BystanderListener = Listen(BystanderPort);
        Datagrams = (UdpSocket)Stack.Udp.CreateSocket(AddressFamily.Inet);
        Datagrams.Options.ReceiveBuffer = DatagramBufferBytes;
        Datagrams.Bind(new InetEndpoint(InetAddress.AnyIpv4, DatagramPort));
    }

    public VirtualTime Time { get; } = new();

    public NetworkStack Stack { get; }

    public NetworkInterface Interface { get; }

    public TcpSocket Listener { get; }

    public TcpSocket BystanderListener { get; }

    public UdpSocket Datagrams { get; }

    /// <summary>That the stack has received, but for what the fast path forwarded.</summary>
    public long Frames { get; private set; }

    /// <summary>Gets every frame that leaves.</summary>
    public Action<ReadOnlyMemory<byte>>? Sent { get; set; }

    /// <summary>One batch: due timers, the given work, and what comes of it.</summary>
    public void Do(Action? work = null)
    {
        Stack.Begin();
        work?.Invoke();
        Stack.End();
        Resolve();
    }

    /// <returns>Whether there was memory for it.</returns>
    public bool Inject(ReadOnlySpan<byte> frame)
    {
        Mbuf? copy = _pool.GetChain(Math.Max(1, frame.Length));
        if (copy is null || !copy.Append(frame))
        {
            copy?.Free();
            return false;
        }
        MbufQueue queue = default;
        queue.Enqueue(copy);
        Stack.Ipv4.FastForwarder.Take(Interface, ref queue);
        if (queue.IsEmpty)
            return true;
        Frames++;
        Stack.Begin();
        Stack.Input(Interface, ref queue);
        Stack.End();
        Resolve();
        return true;
    }

    public void Transmit(ref MbufQueue frames)
    {
        while (frames.TryDequeue(out Mbuf? frame))
        {
            int length = 0;
            for (Mbuf? part = frame; part is not null; part = part.Next)
            {
                part.Span.CopyTo(_sent.AsSpan(length));
                length += part.Span.Length;
            }
            frame.Free();
            if (BinaryPrimitives.ReadUInt16BigEndian(_sent.AsSpan(12)) == FuzzedLink.Arp)
                Answer(_sent.AsSpan(FuzzedLink.EthernetHeader, 28));
            Sent?.Invoke(_sent.AsMemory(0, length));
        }
    }

    /// <summary>There are hosts at two addresses, who say so when they're asked (RFC 826).</summary>
    private void Answer(ReadOnlySpan<byte> request)
    {
        if (request[7] != 1 || BinaryPrimitives.ReadUInt32BigEndian(request[24..]) is not (FuzzedLink.PeerAddress or FuzzedLink.BystanderAddress))
            return;
        byte[] frame = new byte[FuzzedLink.EthernetHeader + 28];
        PacketWriter.Ethernet(frame, FuzzedLink.StackStation, FuzzedLink.Arp);
        Span<byte> reply = frame.AsSpan(FuzzedLink.EthernetHeader);
        request.CopyTo(reply);
        reply[7] = 2;
        FuzzedLink.PeerStation.CopyTo(reply[8..]);
        request.Slice(24, 4).CopyTo(reply[14..]);
        FuzzedLink.StackStation.CopyTo(reply[18..]);
        request.Slice(14, 4).CopyTo(reply[24..]);
        _resolutions.Enqueue(frame);
    }

    private void Resolve()
    {
        while (_resolutions.TryDequeue(out byte[]? reply))
            Inject(reply);
    }

    /// <summary>Moves on to the next thing that's due, if that's not too far away.</summary>
    /// <param name="limit">Microseconds.</param>
    /// <returns>Whether something was.</returns>
    public bool Wait(long limit)
    {
        Stack.Clock.Refresh();
        long deadline = Stack.NextDeadline, start = Time.Now;
        bool isDue = deadline != long.MaxValue && deadline - Stack.Clock.Now <= limit;
        Time.MoveTo(start + (isDue ? Math.Max(1, deadline - Stack.Clock.Now) : limit));
        Do();
        return isDue;
    }

    private TcpSocket Listen(ushort port)
    {
        TcpSocket socket = Stack.Tcp.CreateSocket(AddressFamily.Inet);
        socket.Bind(new InetEndpoint(InetAddress.AnyIpv4, port));
        socket.Listen(8);
        return socket;
    }
}
