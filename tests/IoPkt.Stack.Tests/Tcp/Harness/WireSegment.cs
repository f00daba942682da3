using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using PacketDotNet;
using Xunit;

namespace IoPkt.Stack.Tests.Tcp.Harness;

/// <summary>A segment that the stack has sent, as PacketDotNet reads it.</summary>
internal sealed class WireSegment
{
    private readonly TcpPacket _tcp;

    private WireSegment(byte[] bytes, IPv4Packet ip, TcpPacket tcp)
    {
        Bytes = bytes;
        Ip = ip;
        _tcp = tcp;
        Data = tcp.PayloadData ?? [];
        Flags = FlagsOf(tcp);
    }

    /// <summary>The IP packet.</summary>
    public byte[] Bytes { get; }

    public IPv4Packet Ip { get; }

    public ushort SourcePort => _tcp.SourcePort;

    public ushort DestinationPort => _tcp.DestinationPort;

    public uint Sequence => _tcp.SequenceNumber;

    public uint Acknowledgment => _tcp.AcknowledgmentNumber;

    /// <summary>Letters in the order "SFRPUEWA", as far as set, without PSH: "S", "SA", "A", "FA", "RA" …</summary>
    public string Flags { get; }

    public bool IsPushed => _tcp.Push;

    public ushort Window => _tcp.WindowSize;

    public int UrgentPointer => (ushort)_tcp.UrgentPointer;

    public byte[] Data { get; }

    public ushort? MaximumSegment => Find(2) is { Length: 2 } value ? BinaryPrimitives.ReadUInt16BigEndian(value) : null;

    public byte? WindowScale => Find(3) is { Length: 1 } value ? value[0] : null;

    public bool SackPermitted => Find(4) is { Length: 0 };

    /// <summary>TSval and TSecr.</summary>
    public (uint Value, uint Echo)? Timestamps => Find(8) is { Length: 8 } value
        ? (BinaryPrimitives.ReadUInt32BigEndian(value), BinaryPrimitives.ReadUInt32BigEndian(value.AsSpan(4)))
        : null;

    /// <summary>Absolute sequence numbers.</summary>
    public (uint Start, uint End)[] Sack => Find(5) is { } value
        ? [.. Enumerable.Range(0, value.Length / 8).Select(i => (BinaryPrimitives.ReadUInt32BigEndian(value.AsSpan(8 * i)), BinaryPrimitives.ReadUInt32BigEndian(value.AsSpan(8 * i + 4))))]
        : [];

    /// <summary>The Fast Open option's cookie; empty: a request for one.</summary>
    public byte[]? FastOpen => Find(34);

    public override string ToString() =>
        $"{Flags} {Sequence} ack {Acknowledgment} win {Window} len {Data.Length}{(Sack.Length > 0 ? $" sack {string.Join(' ', Sack)}" : "")}";

    public static bool TryParse(byte[] bytes, [NotNullWhen(true)] out WireSegment? segment)
    {
        segment = null;
        IPv4Packet ip = Packet.ParsePacket(LinkLayers.Raw, bytes).Extract<IPv4Packet>();
        if (ip.Protocol != ProtocolType.Tcp)
            return false;
        TcpPacket tcp = ip.Extract<TcpPacket>();
        Assert.True(ip.ValidIPChecksum, "the IP checksum is wrong");
        Assert.True(tcp.ValidTcpChecksum, "the TCP checksum is wrong");
        Assert.Equal(bytes.Length, ip.TotalLength);
        segment = new WireSegment(bytes, ip, tcp);
        return true;
    }

    private static string FlagsOf(TcpPacket tcp) =>
        (tcp.Synchronize ? "S" : "") + (tcp.Finished ? "F" : "") + (tcp.Reset ? "R" : "") + (tcp.Urgent ? "U" : "")
        + (tcp.ExplicitCongestionNotificationEcho ? "E" : "") + (tcp.CongestionWindowReduced ? "W" : "") + (tcp.Acknowledgment ? "A" : "");

    /// <summary>An option's value. The reader is the test's own, so that our writer is checked by somebody else.</summary>
    private byte[]? Find(byte kind)
    {
        // Not its Options, which it can't read beside an urgent pointer.
        ReadOnlySpan<byte> options = _tcp.HeaderData.AsSpan(TcpFields.HeaderLength);
        while (options.Length > 0 && options[0] != 0)
        {
            if (options[0] == 1)
            {
                options = options[1..];
                continue;
            }
            int length = options[1];
            Assert.InRange(length, 2, options.Length);
            if (options[0] == kind)
                return options[2..length].ToArray();
            options = options[length..];
        }
        return null;
    }
}
