using System.Globalization;
using System.Text;

namespace IoPkt.Stack.Tests.Simulation;

/// <summary>What passed over a link, as a person reads it, with numbers relative to each end's first.</summary>
internal sealed class PacketTrace
{
    private readonly List<string> _lines = [];
    private readonly Dictionary<(uint, uint), uint> _firstSequence = [];

    public void Note(long now, string text) => _lines.Add(string.Create(CultureInfo.InvariantCulture, $"{now / 1e6,12:F6} -- {text}"));

    public void Add(long now, int from, Mbuf frame, string? fate)
    {
        byte[] bytes = new byte[frame.Packet.Length];
        frame.CopyTo(0, bytes);
        _lines.Add(string.Create(CultureInfo.InvariantCulture, $"{now / 1e6,12:F6} {(from == 0 ? "A>B" : "B>A")} {Describe(bytes)}{(fate is null ? "" : $"  [{fate}]")}"));
    }

    /// <summary>The last lines.</summary>
    public string Tail(int count) => string.Join('\n', _lines.Skip(Math.Max(0, _lines.Count - count)));

    private string Describe(byte[] packet)
    {
        int start = (packet[0] & 15) * 4;
        if (packet[9] != TcpProtocol.Number || packet.Length < start + 20)
            return $"protocol {packet[9]}, {packet.Length} bytes";
        TcpHeader header = new(packet.AsSpan(start));
        _ = TcpOptions.TryRead(header.Options, out TcpOptions options);
        int length = packet.Length - start - header.HeaderLength;
        uint sequence = Relative(header.SourcePort, header.DestinationPort, header.Sequence.Value);
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{header.SourcePort}>{header.DestinationPort} {Flags(header.Flags)} {sequence}:{sequence + (uint)length}({length})");
        if ((header.Flags & TcpFlags.Ack) != 0)
            text.Append(CultureInfo.InvariantCulture, $" ack {Relative(header.DestinationPort, header.SourcePort, header.Acknowledgment.Value)}");
        text.Append(CultureInfo.InvariantCulture, $" win {header.Window}");
        if (options.HasTimestamps)
            text.Append(CultureInfo.InvariantCulture, $" ts {options.TimestampValue}/{options.TimestampEcho}");
        for (int i = 0; i < options.SackCount; i++)
        {
            text.Append(CultureInfo.InvariantCulture,
                $" sack {Relative(header.DestinationPort, header.SourcePort, options.Sack[i].Start.Value)}-{Relative(header.DestinationPort, header.SourcePort, options.Sack[i].End.Value)}");
        }
        return text.ToString();
    }

    private uint Relative(ushort from, ushort to, uint sequence)
    {
        if (_firstSequence.TryAdd((from, to), sequence))
            return 0;
        return sequence - _firstSequence[(from, to)];
    }

    private static string Flags(TcpFlags flags) => string.Concat(
        (flags & TcpFlags.Syn) != 0 ? "S" : "", (flags & TcpFlags.Fin) != 0 ? "F" : "", (flags & TcpFlags.Rst) != 0 ? "R" : "",
        (flags & TcpFlags.Psh) != 0 ? "P" : "", (flags & TcpFlags.Urg) != 0 ? "U" : "", (flags & TcpFlags.Ack) != 0 ? "." : "");
}
