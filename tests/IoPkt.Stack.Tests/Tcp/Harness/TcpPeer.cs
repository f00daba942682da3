using PacketDotNet;
using Xunit;

namespace IoPkt.Stack.Tests.Tcp.Harness;

/// <summary>
/// The other end of one connection, played by the test. Sequence numbers are relative, as packetdrill's: 0 is an end's SYN, 1 its first byte. PSH is left out of
/// comparisons.
/// </summary>
internal sealed class TcpPeer(TcpBench bench, ushort port, ushort stackPort)
{
    /// <summary>Our initial sequence number.</summary>
    public uint Isn { get; set; } = 0x7ffffff0;

    /// <summary>The stack's, once it has sent a SYN.</summary>
    public uint StackIsn { get; private set; }

    public ushort Port => port;

    /// <summary>The stack's port.</summary>
    public ushort StackPort => stackPort;

    /// <summary>The window that segments say when the test doesn't.</summary>
    public ushort Window { get; set; } = 65535;

    /// <summary>Added to every segment but the SYN, for which the test gives options itself; <c>null</c>: none.</summary>
    public uint? TimestampValue { get; set; }

    /// <summary>TSecr: what the stack's last segment had.</summary>
    public uint TimestampEcho { get; set; }

    /// <summary>Has the stack connect to us, with the options given in our SYN-ACK, and looks at what comes.</summary>
    public static (TcpPeer Peer, TcpSocket Socket) AcceptFrom(TcpBench bench, byte[]? options = null, Action<TcpSocket>? configure = null, ushort window = 65535)
    {
        TcpSocket socket = bench.Connect(configure: configure);
        TcpPeer peer = new(bench, 80, socket.LocalEndpoint.Port) { Window = window };
        peer.Expect("S", 0);
        peer.Send("SA", 0, 1, options: options ?? []);
        peer.Expect("A", 1, 1);
        bench.EventsOf(socket);
        return (peer, socket);
    }

    /// <summary>Connects to a listener of the stack.</summary>
    public static (TcpPeer Peer, TcpSocket Socket) ConnectTo(TcpBench bench, TcpSocket listener, byte[]? options = null, ushort port = 40000, ushort window = 65535)
    {
        TcpPeer peer = new(bench, port, listener.LocalEndpoint.Port) { Window = window };
        peer.Send("S", 0, options: options ?? []);
        peer.Expect("SA", 0, 1);
        peer.Send("A", 1, 1);
        return (peer, bench.Accept(listener));
    }

    /// <param name="flags">Letters of "SFRPUEWA".</param>
    /// <param name="sequence">Relative.</param>
    /// <param name="acknowledgment">Relative; used with "A".</param>
    /// <param name="length">Bytes of data, as <see cref="TcpBench.Pattern"/> has them at that place.</param>
    /// <param name="window">As on the wire.</param>
    /// <param name="options">All options; <c>null</c>: the timestamps, if the connection has them.</param>
    /// <param name="urgent">The urgent pointer.</param>
    /// <param name="data">Instead of the pattern.</param>
    public void Send(string flags, uint sequence, uint acknowledgment = 0, int length = 0, int? window = null, byte[]? options = null, ushort urgent = 0, byte[]? data = null) =>
        bench.Inject(Make(flags, sequence, acknowledgment, length, window, options, urgent, data));

    /// <summary>The same, to be injected later or with others in a batch.</summary>
    public byte[] Make(string flags, uint sequence, uint acknowledgment = 0, int length = 0, int? window = null, byte[]? options = null, ushort urgent = 0, byte[]? data = null)
    {
        options ??= TimestampValue is { } value ? SegmentOptions.Join(SegmentOptions.Timestamps(value, TimestampEcho)) : [];
        data ??= TcpBench.Pattern((int)sequence - 1, length);
        byte[] bytes = [.. new byte[PacketDotNet.TcpFields.HeaderLength], .. options, .. data];
        bytes[12] = (byte)((PacketDotNet.TcpFields.HeaderLength + options.Length) / 4 << 4);
        TcpPacket tcp = new(new PacketDotNet.Utils.ByteArraySegment(bytes))
        {
            SourcePort = port,
            DestinationPort = stackPort,
            SequenceNumber = Isn + sequence,
            AcknowledgmentNumber = flags.Contains('A') ? StackIsn + acknowledgment : 0,
            Synchronize = flags.Contains('S'),
            Finished = flags.Contains('F'),
            Reset = flags.Contains('R'),
            Push = flags.Contains('P'),
            Urgent = flags.Contains('U'),
            ExplicitCongestionNotificationEcho = flags.Contains('E'),
            CongestionWindowReduced = flags.Contains('W'),
            Acknowledgment = flags.Contains('A'),
            WindowSize = (ushort)(window ?? Window),
            UrgentPointer = urgent,
        };
        IPv4Packet ip = new(System.Net.IPAddress.Parse(TcpBench.PeerAddress.ToString()), System.Net.IPAddress.Parse(TcpBench.StackAddress.ToString())) { PayloadPacket = tcp };
        tcp.UpdateTcpChecksum();
        ip.UpdateIPChecksum();
        return ip.Bytes;
    }

    /// <summary>The stack's next segment must be this one.</summary>
    /// <param name="flags">Without "P".</param>
    /// <param name="sequence">Relative.</param>
    /// <param name="acknowledgment">Relative; compared if the flags have "A".</param>
    /// <param name="length">Bytes of data.</param>
    public WireSegment Expect(string flags, uint sequence, uint acknowledgment = 0, int length = 0)
    {
        WireSegment segment = bench.NextSent();
        Assert.Equal(port, segment.DestinationPort);
        Assert.Equal(stackPort, segment.SourcePort);
        if (segment.Flags.StartsWith('S'))
            StackIsn = segment.Sequence;
        string expected = $"{flags} {sequence} ack {(flags.Contains('A') ? acknowledgment : 0)} len {length}";
        uint seen = segment.Acknowledgment - (flags.Contains('A') ? Isn : 0);
        Assert.Equal(expected, $"{segment.Flags} {segment.Sequence - StackIsn} ack {seen} len {segment.Data.Length}");
        if (segment.Timestamps is { } timestamps)
            TimestampEcho = timestamps.Value;
        return segment;
    }

    /// <summary>A segment's SACK blocks, relative.</summary>
    public (uint Start, uint End)[] SackOf(WireSegment segment) => [.. segment.Sack.Select(b => (b.Start - Isn, b.End - Isn))];

    /// <summary>A reset with no connection behind it: its sequence number is the one that the segment asked for.</summary>
    public WireSegment ExpectReset(uint sequence) => Expect("R", sequence);
}
