using System.Buffers.Binary;
using IoPkt.Packetdrill.Tests.Language;
using PacketDotNet;

namespace IoPkt.Packetdrill.Tests.Play;

/// <summary>A segment as it was sent, with the connection's real sequence numbers.</summary>
internal sealed record WireSegment(int Ecn, int Flags, uint Sequence, uint Acknowledgment, int Window, int Urgent, IReadOnlyList<ScriptOption> Options, byte[] Data, ushort LocalPort, ushort RemotePort)
{
    /// <summary>Reads a packet with PacketDotNet, which knows nothing of the stack, and checks what every packet has to have.</summary>
    /// <returns>The segment, or <c>null</c> when the packet isn't TCP's.</returns>
    public static WireSegment? Read(byte[] packet, Func<string, Exception> fail)
    {
        IPv4Packet ip = new(new PacketDotNet.Utils.ByteArraySegment(packet));
        if (!ip.ValidIPChecksum)
            throw fail("the IP header's checksum is wrong");
        if (ip.PayloadPacket is not TcpPacket tcp)
            return null;
        if (!tcp.ValidTcpChecksum)
            throw fail("the segment's checksum is wrong");
        // Its Options isn't read, because it can't beside an urgent pointer. Flags in the header's order from the lowest bit on: FIN, SYN, RST, PSH, ACK, URG, ECE, CWR.
        return new WireSegment(ip.TypeOfService & 3, tcp.Flags & 0xff, tcp.SequenceNumber, tcp.AcknowledgmentNumber, tcp.WindowSize, tcp.UrgentPointer,
            ReadOptions(tcp.HeaderData[TcpFields.HeaderLength..], fail), tcp.PayloadData ?? [], tcp.SourcePort, tcp.DestinationPort);
    }

    private static List<ScriptOption> ReadOptions(byte[] bytes, Func<string, Exception> fail)
    {
        List<ScriptOption> options = [];
        for (int i = 0; i < bytes.Length;)
        {
            byte kind = bytes[i];
            if (kind is ScriptOption.End or ScriptOption.NoOperation)
            {
                options.Add(new ScriptOption(kind, [], []));
                i++;
                continue;
            }
            int length = i + 1 < bytes.Length ? bytes[i + 1] : 0;
            if (length < 2 || i + length > bytes.Length)
                throw fail($"option {kind} has a length of {length}");
            ReadOnlySpan<byte> value = bytes.AsSpan(i + 2, length - 2);
            options.Add(kind switch
            {
                ScriptOption.MaximumSegment => new ScriptOption(kind, [BinaryPrimitives.ReadUInt16BigEndian(value)], []),
                ScriptOption.WindowScale => new ScriptOption(kind, [value[0]], []),
                ScriptOption.SackPermitted => new ScriptOption(kind, [], []),
                ScriptOption.Sack or ScriptOption.Timestamps => new ScriptOption(kind, ReadNumbers(value), []),
                _ => new ScriptOption(kind, [], value.ToArray()),
            });
            i += length;
        }
        return options;
    }

    private static uint[] ReadNumbers(ReadOnlySpan<byte> bytes)
    {
        uint[] numbers = new uint[bytes.Length / sizeof(uint)];
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = BinaryPrimitives.ReadUInt32BigEndian(bytes[(sizeof(uint) * i)..]);
        return numbers;
    }
}
