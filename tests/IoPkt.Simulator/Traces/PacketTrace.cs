using System.Globalization;
using System.Text;

namespace IoPkt.Simulator;

/// <summary>What passed over a link, as a person reads it, with numbers relative to each end's first; or as a capture file.</summary>
internal sealed class PacketTrace
{
    /// <summary>Bytes kept of each packet: all headers and a little of the data.</summary>
    private const int SnapLength = 160;

    private readonly List<Entry> _entries = [];

    public void Note(long now, string text) => _entries.Add(new Entry(now, -1, [], 0, text));

    /// <param name="now">Microseconds.</param>
    /// <param name="from">The end that sent it.</param>
    /// <param name="packet">From its IP header on.</param>
    /// <param name="fate">What the link did to it; <c>null</c>: nothing.</param>
    public void Add(long now, int from, ReadOnlySpan<byte> packet, string? fate) =>
        _entries.Add(new Entry(now, from, packet[..Math.Min(packet.Length, SnapLength)].ToArray(), packet.Length, fate));

    /// <summary>The last lines.</summary>
    public string Tail(int count)
    {
        Dictionary<(ushort, ushort), uint> firstSequences = [];
        List<string> lines = [];
        foreach (Entry entry in _entries)
        {
            lines.Add(entry.From < 0
                ? string.Create(CultureInfo.InvariantCulture, $"{entry.Time / 1e6,12:F6} -- {entry.Text}")
                : string.Create(CultureInfo.InvariantCulture,
                    $"{entry.Time / 1e6,12:F6} {(entry.From == 0 ? "A>B" : "B>A")} {Describe(entry, firstSequences)}{(entry.Text is null ? "" : $"  [{entry.Text}]")}"));
        }
        return string.Join('\n', lines.Skip(Math.Max(0, lines.Count - count)));
    }

    /// <summary>Writes the packets as a capture file, at the time and as they were sent.</summary>
    public void WriteTo(Stream stream)
    {
        PcapWriter writer = new(stream, SnapLength);
        foreach (Entry entry in _entries)
        {
            if (entry.From >= 0)
                writer.Write(entry.Time, entry.Bytes, entry.Length);
        }
    }

    private static string Describe(in Entry entry, Dictionary<(ushort, ushort), uint> firstSequences)
    {
        byte[] packet = entry.Bytes;
        int start = (packet[0] & 15) * 4;
        if (packet[9] == 1)
            return $"icmp type {packet[start]} code {packet[start + 1]}, {entry.Length} bytes";
        if (packet[9] != TcpProtocol.Number || packet.Length < start + TcpHeader.MinimumLength)
            return $"protocol {packet[9]}, {entry.Length} bytes";
        TcpHeader header = new(packet.AsSpan(start));
        _ = TcpOptions.TryRead(header.Options, out TcpOptions options);
        int length = entry.Length - start - header.HeaderLength;
        bool isSyn = (header.Flags & TcpFlags.Syn) != 0;
        if (isSyn)
            firstSequences[(header.SourcePort, header.DestinationPort)] = header.Sequence.Value;
        uint own = firstSequences.GetValueOrDefault((header.SourcePort, header.DestinationPort));
        uint other = firstSequences.GetValueOrDefault((header.DestinationPort, header.SourcePort));
        uint sequence = header.Sequence.Value - own;
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{header.SourcePort}>{header.DestinationPort} {Flags(header.Flags)} {sequence}:{sequence + (uint)length}({length})");
        if ((header.Flags & TcpFlags.Ack) != 0)
            text.Append(CultureInfo.InvariantCulture, $" ack {header.Acknowledgment.Value - other}");
        text.Append(CultureInfo.InvariantCulture, $" win {header.Window}");
        if (isSyn)
            text.Append(CultureInfo.InvariantCulture, $" mss {options.MaximumSegmentSize}{(options.HasWindowScale ? $" wscale {options.WindowScale}" : "")}{(options.SackPermitted ? " sackOK" : "")}");
        if (options.HasTimestamps)
            text.Append(CultureInfo.InvariantCulture, $" ts {options.TimestampValue}/{options.TimestampEcho}");
        for (int i = 0; i < options.SackCount; i++)
            text.Append(CultureInfo.InvariantCulture, $" sack {options.Sack[i].Start.Value - other}-{options.Sack[i].End.Value - other}");
        if ((packet[1] & 3) != 0)
            text.Append(CultureInfo.InvariantCulture, $" ecn {packet[1] & 3}");
        return text.ToString();
    }

    private static string Flags(TcpFlags flags) => string.Concat(
        (flags & TcpFlags.Syn) != 0 ? "S" : "", (flags & TcpFlags.Fin) != 0 ? "F" : "", (flags & TcpFlags.Rst) != 0 ? "R" : "",
        (flags & TcpFlags.Psh) != 0 ? "P" : "", (flags & TcpFlags.Urg) != 0 ? "U" : "", (flags & TcpFlags.Ece) != 0 ? "E" : "",
        (flags & TcpFlags.Cwr) != 0 ? "W" : "", (flags & TcpFlags.Ack) != 0 ? "." : "");

    /// <param name="Time">Microseconds.</param>
    /// <param name="From">The end that sent it; -1: it's a note.</param>
    /// <param name="Bytes">Up to <see cref="SnapLength"/> of the packet's.</param>
    /// <param name="Length">The packet's.</param>
    /// <param name="Text">The note, or what the link did to the packet.</param>
    private readonly record struct Entry(long Time, int From, byte[] Bytes, int Length, string? Text);
}
