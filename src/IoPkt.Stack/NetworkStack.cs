using Microsoft.Extensions.Logging;

namespace IoPkt.Stack;

/// <summary>
/// A TCP/IP stack: frames in, frames out. It does no I/O, starts no thread and knows no time but what it's handed, so any number of them run side by
/// side, in a daemon or in a test.
/// </summary>
/// <remarks>
/// Everything here runs in one <em>stack context</em>: one thread at a time, as the caller arranges. A batch of work is
/// <see cref="Begin"/>, any number of inputs and socket calls, and <see cref="End"/>, which sends what came of it.
/// </remarks>
public sealed class NetworkStack
{
    private readonly List<INetworkProtocol> _networks = [];
    private readonly List<ITransportProtocol> _transports = [];
    private readonly ITransportProtocol?[] _transportByNumber = new ITransportProtocol?[256];

    public NetworkStack(NetworkStackOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        Clock = new Clock(options.Time);
        Timers = new TimerQueue(Clock);
        Ports = new EphemeralPorts(options.Random);
        Settings = new StackSettings(options);
        Settings.AddTo(Sysctl, options.Pool.Options);
        Interfaces = new InterfaceTable(this);
        Ipv4 = new Ipv4Protocol(this);
        Add(Ipv4);
        Udp = new UdpProtocol(this);
        Add(Udp);
        Tcp = new TcpProtocol(this);
        Add(Tcp);
        Loopback = LoopbackLink.Attach(this);
    }

    public NetworkStackOptions Options { get; }

    public Clock Clock { get; }

    public TimerQueue Timers { get; }

    public Random Random => Options.Random;

    public MbufPool Pool => Options.Pool;

    public ILogger Logger => Options.Logger;

    /// <summary><c>sysctl kern</c>, <c>sysctl qnx</c></summary>
    public StackSettings Settings { get; }

    /// <summary>Every setting by name, those of the protocols too.</summary>
    public SysctlTree Sysctl { get; } = new();

    public EphemeralPorts Ports { get; }

    public InterfaceTable Interfaces { get; }

    /// <summary>lo0.</summary>
    public NetworkInterface Loopback { get; }

    public Ipv4Protocol Ipv4 { get; }

    public UdpProtocol Udp { get; }

    public TcpProtocol Tcp { get; }

    public IReadOnlyList<INetworkProtocol> Networks => _networks;

    /// <summary>Every protocol's counters, for <c>netstat -s</c>.</summary>
    public IList<CounterGroup> Counters { get; } = [];

    /// <summary>When <see cref="Begin"/> and <see cref="End"/> should run next though nothing arrives, in <see cref="Clock.Now"/>'s microseconds.</summary>
    public long NextDeadline => Timers.NextDeadline;

    /// <summary>Counts <see cref="Begin"/>: who works once a batch can tell whether that's still to come.</summary>
    public long BatchNumber { get; private set; }

    /// <summary>Adds a network protocol: an assembly of the stack calls this when its variant has it.</summary>
    public void Add(INetworkProtocol network)
    {
        ArgumentNullException.ThrowIfNull(network);
        _networks.Add(network);
    }

    public void Add(ITransportProtocol transport)
    {
        ArgumentNullException.ThrowIfNull(transport);
        _transports.Add(transport);
        _transportByNumber[transport.Protocol] = transport;
    }

    public INetworkProtocol? Network(AddressFamily family)
    {
        foreach (INetworkProtocol network in _networks)
        {
            if (network.Family == family)
                return network;
        }
        return null;
    }

    public INetworkProtocol? NetworkByEtherType(ushort etherType)
    {
        foreach (INetworkProtocol network in _networks)
        {
            if (network.EtherType == etherType)
                return network;
        }
        return null;
    }

    public ITransportProtocol? Transport(byte protocol) => _transportByNumber[protocol];

    /// <summary>A batch begins: the clock is read, and timers that are due run.</summary>
    public void Begin()
    {
        BatchNumber++;
        Clock.Refresh();
        Timers.RunExpired();
    }

    /// <summary>Takes frames that an interface has received. The queue is left empty.</summary>
    public void Input(NetworkInterface receiver, ref MbufQueue frames)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        int count = frames.Count;
        long bytes = 0;
        while (frames.TryDequeue(out Mbuf? frame))
        {
            bytes += frame.Packet.Length;
            if (!receiver.IsUp)
            {
                receiver.Received.AddDrops(1);
                frame.Free();
                continue;
            }
            frame.Packet.ReceiveInterface = receiver.Index;
            receiver.Link.Input(frame);
        }
        receiver.Received.Add(count, bytes);
    }

    /// <summary>A batch ends: protocols send what it called for, and the frames go to their outputs.</summary>
    public void End()
    {
        foreach (ITransportProtocol transport in _transports)
            transport.Flush();
        Interfaces.Flush();
    }
}
