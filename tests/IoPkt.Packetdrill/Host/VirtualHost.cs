using IoPkt.Stack;

namespace IoPkt.Packetdrill.Host;

/// <summary>A packet that the host has sent, from its IP header on.</summary>
/// <param name="Time">In the host's microseconds.</param>
public readonly record struct SentPacket(long Time, byte[] Bytes);

/// <summary>A stack with one interface that has no link layer, as a TUN device has none, in a time that stands still until it's moved.</summary>
public sealed class VirtualHost : ILinkLayer, IInterfaceOutput, IDisposable
{
    /// <summary>What <see cref="Clock.Now"/> begins with.</summary>
    private const long ClockOrigin = 1_000_000;

    private readonly VirtualTime _time = new();
    private readonly MbufPool _pool = new(new MbufPoolOptions { MaximumBytes = 256L * 1024 * 1024 });
    private readonly Queue<SentPacket> _sent = new();
    private readonly NetworkInterface _interface;

    public VirtualHost(HostConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        Configuration = configuration;
        Stack = new NetworkStack(new NetworkStackOptions { Time = _time, Random = new Random(configuration.Seed), Pool = _pool, MaximumBacklog = 4096 });
        _interface = Stack.Interfaces.Add(
            new InterfaceConfiguration { Name = "tun0", Mtu = configuration.Mtu, Flags = InterfaceFlags.PointToPoint, Output = this }, _ => this);
        Stack.Interfaces.SetUp(_interface, true);
        Stack.Interfaces.AddAddress(_interface, new InterfaceAddress(configuration.Local, configuration.PrefixLength, InetAddress.AnyIpv4, InetAddress.AnyIpv4));
        Stack.Ipv4.Routes.Add(new Route(InetAddress.AnyIpv4, 0, configuration.Gateway, _interface, RouteFlags.Up | RouteFlags.Gateway | RouteFlags.Static));
    }

    public HostConfiguration Configuration { get; }

    public NetworkStack Stack { get; }

    /// <summary>Microseconds since the host was made.</summary>
    public long Now => _time.Now;

    /// <summary>When something will happen by itself; <see cref="long.MaxValue"/>: never.</summary>
    public long NextDeadline => Stack.NextDeadline == long.MaxValue ? long.MaxValue : Stack.NextDeadline - ClockOrigin;

    /// <summary>Called after each step, when sockets may have changed.</summary>
    public Action? Stepped { get; set; }

    int ILinkLayer.HeaderLength => 0;

    /// <summary>One batch of work at this moment.</summary>
    public T Step<T>(Func<T> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        Stack.Begin();
        T result = work();
        Stack.End();
        return result;
    }

    /// <summary>Lets the host receive a packet, from its IP header on.</summary>
    public void Deliver(ReadOnlySpan<byte> packet)
    {
        Mbuf frame = _pool.GetCopy(packet) ?? throw new InvalidOperationException("the pool is dry");
        MarkJoined(frame);
        MbufQueue queue = default;
        queue.Enqueue(frame);
        Stack.Begin();
        Stack.Input(_interface, ref queue);
        Stack.End();
        Stepped?.Invoke();
    }

    /// <summary>A TCP packet with more data than one segment has was made of several.</summary>
    private void MarkJoined(Mbuf frame)
    {
        ReadOnlySpan<byte> packet = frame.Span;
        if (Configuration.JoinedSegment == 0 || packet.Length < 20 || packet[9] != TcpProtocol.Number)
            return;
        int headers = (packet[0] & 15) * 4;
        headers += packet.Length > headers + 12 ? (packet[headers + 12] >> 4) * 4 : 0;
        if (frame.Packet.Length - headers <= Configuration.JoinedSegment)
            return;
        frame.Packet.Segmentation = SegmentationType.Tcp4;
        frame.Packet.SegmentSize = (ushort)Configuration.JoinedSegment;
    }

    /// <summary>Takes the first packet that was sent and not yet taken.</summary>
    public bool TryTakeSent(out SentPacket packet) => _sent.TryDequeue(out packet);

    /// <summary>Lets time pass, with everything that's due in it.</summary>
    /// <param name="time">In the host's microseconds.</param>
    public void RunUntil(long time)
    {
        for (long next = NextDeadline; next <= time; next = NextDeadline)
        {
            _time.MoveTo(next);
            Step(static () => true);
            Stepped?.Invoke();
        }
        _time.MoveTo(time);
    }

    /// <summary>Lets time pass until a packet is sent.</summary>
    /// <param name="limit">The latest time to wait until, in the host's microseconds.</param>
    /// <returns>Whether there was one.</returns>
    public bool RunUntilSent(long limit, out SentPacket packet)
    {
        while (!TryTakeSent(out packet))
        {
            long next = NextDeadline;
            if (next > limit)
                return false;
            RunUntil(next);
        }
        return true;
    }

    void ILinkLayer.Input(Mbuf frame)
    {
        if (frame.Length > 0 && frame.Span[0] >> 4 == 4)
            Stack.Ipv4.Input(_interface, frame);
        else
            frame.Free();
    }

    Errno ILinkLayer.Output(Mbuf packet, ushort etherType, in InetAddress nextHop)
    {
        _interface.Enqueue(packet);
        return Errno.None;
    }

    void ILinkLayer.AddressAdded(InterfaceAddress address)
    {
    }

    void ILinkLayer.AddressRemoved(InterfaceAddress address)
    {
    }

    void ILinkLayer.Flush()
    {
    }

    void IInterfaceOutput.Transmit(ref MbufQueue frames)
    {
        while (frames.TryDequeue(out Mbuf? frame))
        {
            byte[] bytes = new byte[frame.Packet.Length];
            frame.CopyTo(0, bytes);
            frame.Free();
            _sent.Enqueue(new SentPacket(Now, Configuration.IsLikeFreeBsd ? SynOptionOrder.LikeFreeBsd(bytes) : bytes));
        }
    }

    public void Dispose() => _pool.Dispose();
}
