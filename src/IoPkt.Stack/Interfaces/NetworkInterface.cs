using System.Collections.Immutable;

namespace IoPkt.Stack;

/// <summary>What a new interface is made of.</summary>
public sealed record InterfaceConfiguration
{
    /// <summary>"tap0".</summary>
    public required string Name { get; init; }

    public MacAddress LinkAddress { get; init; }

    public int Mtu { get; init; } = 1500;

    public InterfaceFlags Flags { get; init; } = InterfaceFlags.Broadcast | InterfaceFlags.Simplex | InterfaceFlags.Multicast;

    public DeviceCapabilities ReceiveCapabilities { get; init; }

    public DeviceCapabilities TransmitCapabilities { get; init; }

    public required IInterfaceOutput Output { get; init; }
}

/// <summary>A network interface: BSD's <c>ifnet</c>. Its properties change in the stack context only; the counters may be read anywhere.</summary>
public sealed class NetworkInterface
{
    private readonly IInterfaceOutput _output;
    private readonly NetworkStack _stack;
    private MbufQueue _sendQueue;

    internal NetworkInterface(NetworkStack stack, int index, InterfaceConfiguration configuration)
    {
        _stack = stack;
        _output = configuration.Output;
        Index = index;
        Name = configuration.Name;
        LinkAddress = configuration.LinkAddress;
        Mtu = configuration.Mtu;
        Flags = configuration.Flags;
        ReceiveCapabilities = configuration.ReceiveCapabilities;
        TransmitCapabilities = configuration.TransmitCapabilities;
    }

    public NetworkStack Stack => _stack;

    public string Name { get; }

    /// <summary>From 1 on, never used twice.</summary>
    public int Index { get; }

    public MacAddress LinkAddress { get; }

    /// <summary>Bytes of the largest network-layer packet.</summary>
    public int Mtu { get; internal set; }

    public InterfaceFlags Flags { get; internal set; }

    public LinkState LinkState { get; internal set; } = LinkState.Unknown;

    public DeviceCapabilities ReceiveCapabilities { get; }

    /// <summary>What may be left to the device.</summary>
    public DeviceCapabilities TransmitCapabilities { get; }

    /// <summary>Set once, by whoever attaches the interface.</summary>
    public ILinkLayer Link { get; internal set; } = null!;

    public bool IsUp => (Flags & InterfaceFlags.Up) != 0;

    public bool IsLoopback => (Flags & InterfaceFlags.Loopback) != 0;

    /// <summary>A snapshot: changes make a new one. An array, because packets are compared with each, and an enumerator of anything else would be an object.</summary>
    public ImmutableArray<InterfaceAddress> Addresses { get; private set; } = [];

    /// <summary>Frames between the stack and the output; a device's own losses are counted by its queues.</summary>
    public DeviceCounters Received { get; } = new();

    public DeviceCounters Transmitted { get; } = new();

    /// <summary>Frames dropped because the interface was down, or the protocol unknown.</summary>
    public long NoProtocol { get; internal set; }

    /// <summary>Queues a finished frame; it leaves at the end of the batch. Ownership passes.</summary>
    public void Enqueue(Mbuf frame)
    {
        if (!IsUp)
        {
            Transmitted.AddDrops(1);
            frame.Free();
            return;
        }
        if (_sendQueue.IsEmpty)
            _stack.Interfaces.AddPending(this);
        _sendQueue.Enqueue(frame);
    }

    /// <summary>Sends frames that a layer 2 path passes on, on any thread. The queue is left empty.</summary>
    internal void Forward(ref MbufQueue frames)
    {
        if (frames.IsEmpty)
            return;
        Transmitted.Add(frames.Count, Bytes(frames));
        _output.Forward(ref frames);
    }

    /// <summary><see cref="IInterfaceOutput.Affinity"/></summary>
    public int Affinity(in InetEndpoint local, in InetEndpoint remote, byte protocol) => _output.Affinity(local, remote, protocol);

    /// <summary>The interface's own address in the network of <paramref name="neighbour"/>, if there is one.</summary>
    public InterfaceAddress? FindAddressFor(in InetAddress neighbour)
    {
        foreach (InterfaceAddress address in Addresses)
        {
            if (neighbour.IsIn(address.Address, address.PrefixLength) || (!address.Destination.IsUnspecified && address.Destination == neighbour))
                return address;
        }
        return null;
    }

    public InterfaceAddress? FindAddress(in InetAddress address)
    {
        foreach (InterfaceAddress candidate in Addresses)
        {
            if (candidate.Address == address)
                return candidate;
        }
        return null;
    }

    internal void SetAddresses(ImmutableArray<InterfaceAddress> addresses) => Addresses = addresses;

    /// <summary>Hands the queued frames to the output.</summary>
    internal void Flush()
    {
        if (_sendQueue.IsEmpty)
            return;
        Transmitted.Add(_sendQueue.Count, Bytes(_sendQueue));
        _output.Transmit(ref _sendQueue);
    }

    private static long Bytes(in MbufQueue frames)
    {
        long bytes = 0;
        for (Mbuf? m = frames.Head; m is not null; m = MbufQueue.Following(m))
            bytes += m.Packet.Length;
        return bytes;
    }

    internal void DropQueued() => Transmitted.AddDrops(_sendQueue.FreeAll());
}
