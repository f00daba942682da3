namespace IoPkt.Stack.Tests.Tcp.Harness;

/// <summary>A TCP packet on a <see cref="TcpPath"/>, with its numbers relative to the connection's first.</summary>
internal sealed class PathPacket
{
    public required long Time { get; init; }

    /// <summary>0: the client, 1: the server.</summary>
    public required int From { get; init; }

    public required byte[] Bytes { get; init; }

    public PacketHeader Marks { get; init; }

    /// <summary>Counts the packets of its direction, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>0 is the SYN, 1 the first byte.</summary>
    public required uint Sequence { get; init; }

    public required uint Acknowledgment { get; init; }

    /// <summary>Bytes of data.</summary>
    public required int Length { get; init; }

    public TcpFlags Flags { get; init; }

    public TcpOptions Options { get; init; }

    /// <summary>It begins before the highest byte that was sent in this direction.</summary>
    public bool IsRetransmission { get; init; }

    public byte TrafficClass => Bytes[1];

    /// <summary>Sets the ECN field to CE, as a router would.</summary>
    public void MarkCongestion()
    {
        Bytes[1] |= 3;
        new Ipv4Header(Bytes).UpdateChecksum();
    }
}
