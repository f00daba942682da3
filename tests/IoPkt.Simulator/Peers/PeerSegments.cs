using System.Buffers.Binary;

namespace IoPkt.Simulator;

/// <summary>Makes a peer's packets: independent of how the stack makes its own, but for the layout of the headers.</summary>
internal sealed class PeerSegments(InetAddress source, InetAddress destination, Random random)
{
    private const int LongestOptions = 40;

    private readonly byte[] _packet = new byte[Ipv4Header.MinimumLength + TcpHeader.MaximumLength + 65535];

    public ushort SourcePort { get; set; }

    public ushort DestinationPort { get; set; }

    /// <param name="sequence">Its first number.</param>
    /// <param name="acknowledgment">Of what has arrived.</param>
    /// <param name="flags">Its control bits.</param>
    /// <param name="window">As on the wire.</param>
    /// <param name="options">The ones that mean something.</param>
    /// <param name="isOdd">Others follow them.</param>
    /// <param name="key">Of the data.</param>
    /// <param name="position">Of its first byte among them.</param>
    /// <param name="length">Bytes of data.</param>
    public SimulatedPacket Make(SequenceNumber sequence, SequenceNumber acknowledgment, TcpFlags flags, ushort window, in TcpOptions options, bool isOdd, uint key, int position,
        int length)
    {
        Span<byte> optionBytes = stackalloc byte[LongestOptions];
        optionBytes.Clear();
        options.Write(optionBytes);
        int optionLength = options.Length;
        if (isOdd)
            optionLength = AppendOdd(optionBytes, optionLength);
        int headers = Ipv4Header.MinimumLength + TcpHeader.MinimumLength + optionLength, total = headers + length;
        Span<byte> packet = _packet.AsSpan(0, total);
        packet[..headers].Clear();
        packet[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)total);
        packet[6] = 0x40;
        packet[8] = 64;
        packet[9] = TcpProtocol.Number;
        source.Write(packet[12..]);
        destination.Write(packet[16..]);
        new Ipv4Header(packet).UpdateChecksum();
        Span<byte> segment = packet[Ipv4Header.MinimumLength..];
        TcpHeader header = new(segment)
        {
            SourcePort = SourcePort,
            DestinationPort = DestinationPort,
            Sequence = sequence,
            Acknowledgment = acknowledgment,
            HeaderLength = TcpHeader.MinimumLength + optionLength,
            Flags = flags,
            Window = window,
        };
        optionBytes[..optionLength].CopyTo(segment[TcpHeader.MinimumLength..]);
        Pattern.Fill(segment[(TcpHeader.MinimumLength + optionLength)..], key, position);
        header.Checksum = InternetChecksum.Finish(InternetChecksum.Sum(segment, InternetChecksum.PseudoHeader(source, destination, TcpProtocol.Number, segment.Length)));
        return new SimulatedPacket { Bytes = _packet, Length = total, Destination = 0 };
    }

    /// <summary>An option of a kind that isn't assigned, an end of list with rubbish behind it, or a length that can't be.</summary>
    private int AppendOdd(Span<byte> bytes, int at)
    {
        int room = LongestOptions - at;
        if (room < 4)
            return at;
        int length = 4 * random.Next(1, room / 4 + 1);
        Span<byte> odd = bytes.Slice(at, length);
        random.NextBytes(odd);
        switch (random.Next(4))
        {
            case 0:
                odd[0] = 0;
                break;
            case 1:
                odd[0] = (byte)random.Next(70, 250);
                odd[1] = (byte)length;
                break;
            case 2:
                odd[0] = (byte)random.Next(70, 250);
                odd[1] = (byte)random.Next(2);
                break;
            default:
                odd[0] = (byte)random.Next(70, 250);
                odd[1] = (byte)(length + random.Next(1, 200));
                break;
        }
        return at + length;
    }
}
