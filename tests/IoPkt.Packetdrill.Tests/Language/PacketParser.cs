using System.Globalization;

namespace IoPkt.Packetdrill.Tests.Language;

/// <summary>Packets, which look as tcpdump prints them.</summary>
internal sealed class PacketParser(Lexer lexer)
{
    private const string FlagLetters = "FSRP.UEW";

    private static readonly Dictionary<string, int> EcnFields = new() { ["noecn"] = 0, ["ect1"] = 1, ["ect0"] = 2, ["ce"] = 3 };

    private static readonly Dictionary<string, byte> UnreachableCodes = new()
    {
        ["net_unreachable"] = 0,
        ["host_unreachable"] = 1,
        ["protocol_unreachable"] = 2,
        ["port_unreachable"] = 3,
        ["frag_needed"] = 4,
        ["source_route_failed"] = 5,
        ["net_prohibited"] = 9,
        ["host_prohibited"] = 10,
        ["packet_filtered"] = 13,
    };

    public ScriptPacket Parse()
    {
        int? ecn = null;
        if (lexer.TryTake("["))
        {
            string name = lexer.TakeWord();
            ecn = EcnFields.TryGetValue(name, out int field) ? field : throw lexer.Error($"{name}: unknown; there are {string.Join(", ", EcnFields.Keys)}");
            lexer.Take("]");
        }
        if (lexer.TryTakeWord("icmp"))
            return ParseIcmp(ecn);
        if (lexer.TryTakeWord("udp"))
            return new ScriptDatagram(ecn, TakeLength());
        return ParseSegment(ecn);
    }

    private ScriptSegment ParseSegment(int? ecn)
    {
        lexer.Peek();
        string letters = lexer.TakeWhile(c => !char.IsWhiteSpace(c));
        int flags = 0;
        foreach (char letter in letters)
        {
            // In the header's order from the lowest bit on, "." being ACK.
            int bit = FlagLetters.IndexOf(letter, StringComparison.Ordinal);
            flags |= bit >= 0 ? 1 << bit : throw lexer.Error($"{letters}: flags are some of {FlagLetters}");
        }
        (uint sequence, int length) = TakeRange();
        uint acknowledgment = lexer.TryTakeWord("ack") ? (uint)lexer.TakeInteger() : 0;
        int? window = lexer.TryTakeWord("win") ? (int)lexer.TakeInteger() : null;
        int urgent = lexer.TryTakeWord("urg") ? (int)lexer.TakeInteger() : 0;
        return new ScriptSegment(ecn, flags, sequence, length, acknowledgment, window, urgent, ParseOptions());
    }

    private (uint Sequence, int Length) TakeRange()
    {
        uint sequence = (uint)lexer.TakeInteger();
        lexer.Take(":");
        uint end = (uint)lexer.TakeInteger();
        int length = TakeLength();
        return end - sequence == length ? (sequence, length) : throw lexer.Error($"{sequence}:{end}({length}): the length isn't the difference");
    }

    private int TakeLength()
    {
        lexer.Take("(");
        int length = (int)lexer.TakeInteger();
        lexer.Take(")");
        return length;
    }

    private List<ScriptOption>? ParseOptions()
    {
        // A new event may begin with "<" as well, but not before its time.
        if (!lexer.TryTake("<"))
            return [];
        string text = lexer.TakeUntil(">").Trim();
        return text == "..." ? null : [.. text.Split(',', StringSplitOptions.TrimEntries).Select(ParseOption)];
    }

    private ScriptOption ParseOption(string text)
    {
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words switch
        {
            ["nop"] => new ScriptOption(ScriptOption.NoOperation, [], []),
            ["eol"] => new ScriptOption(ScriptOption.End, [], []),
            ["sackOK"] => new ScriptOption(ScriptOption.SackPermitted, [], []),
            ["mss", var size] => new ScriptOption(ScriptOption.MaximumSegment, [Number(size)], []),
            ["wscale", var shift] => new ScriptOption(ScriptOption.WindowScale, [Number(shift)], []),
            ["TS", "val", var value, "ecr", var echo] => new ScriptOption(ScriptOption.Timestamps, [Number(value), Number(echo)], []),
            ["sack", .. var blocks] => new ScriptOption(ScriptOption.Sack, [.. blocks.SelectMany(b => b.Split(':')).Select(Number)], []),
            ["FO", .. var cookie] => new ScriptOption(ScriptOption.FastOpen, [], Convert.FromHexString(string.Concat(cookie))),
            _ => throw lexer.Error($"{text}: not an option that is known here"),
        };
    }

    private uint Number(string word) =>
        uint.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) ? number : throw lexer.Error($"{word}: a number is needed");

    private ScriptIcmp ParseIcmp(int? ecn)
    {
        const byte unreachable = 3, timeExceeded = 11;
        string type = lexer.TakeWord();
        byte code = 0;
        if (type == "unreachable")
        {
            string name = lexer.TakeWord();
            code = UnreachableCodes.TryGetValue(name, out byte known) ? known : throw lexer.Error($"{name}: unknown; there are {string.Join(", ", UnreachableCodes.Keys)}");
        }
        else if (type != "time_exceeded")
        {
            throw lexer.Error($"{type}: there are unreachable and time_exceeded");
        }
        ushort mtu = lexer.TryTakeWord("mtu") ? (ushort)lexer.TakeInteger() : (ushort)0;
        lexer.Take("[");
        (uint sequence, int length) = TakeRange();
        lexer.Take("]");
        return new ScriptIcmp(ecn, type == "unreachable" ? unreachable : timeExceeded, code, mtu, sequence, length);
    }
}
