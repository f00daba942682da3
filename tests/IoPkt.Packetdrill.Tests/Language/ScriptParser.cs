namespace IoPkt.Packetdrill.Tests.Language;

/// <summary>Reads the part of packetdrill's language that our scripts use, and refuses the rest.</summary>
internal sealed class ScriptParser
{
    private readonly Lexer _lexer;
    private readonly PacketParser _packets;
    private readonly CallParser _calls;

    private ScriptParser(string text)
    {
        _lexer = new Lexer(text);
        _packets = new PacketParser(_lexer);
        _calls = new CallParser(_lexer);
    }

    /// <exception cref="ScriptException">Something isn't understood.</exception>
    public static Script Parse(string text) => new ScriptParser(text).Parse();

    private Script Parse()
    {
        Dictionary<string, string> options = [];
        List<ScriptEvent> events = [];
        while (_lexer.TryTake("--"))
            options[_lexer.TakeWord()] = _lexer.PeekRaw() == '=' ? _lexer.TakeWhile(c => !char.IsWhiteSpace(c))[1..] : "";
        if (_lexer.TryTake("`"))
            events.Add(new CommandEvent(_lexer.Line, new EventTime(TimeKind.Absolute, 0, 0, null), _lexer.TakeUntil("`")));
        while (!_lexer.IsAtEnd)
            events.Add(ParseEvent());
        return new Script(options, events);
    }

    private ScriptEvent ParseEvent()
    {
        EventTime time = ParseTime();
        int line = _lexer.Line;
        if (_lexer.TryTake("%{"))
            return new CodeEvent(line, time, _lexer.TakeUntil("}%"));
        if (_lexer.TryTake("`"))
            return new CommandEvent(line, time, _lexer.TakeUntil("`"));
        if (_lexer.TryTake("<"))
            return new PacketEvent(line, time, true, _packets.Parse());
        if (_lexer.TryTake(">"))
            return new PacketEvent(line, time, false, _packets.Parse());
        return _calls.Parse(line, time);
    }

    private EventTime ParseTime()
    {
        if (_lexer.TryTake("*"))
            return new EventTime(TimeKind.Any, 0, 0, null);
        TimeKind kind = _lexer.TryTake("+") ? TimeKind.Relative : TimeKind.Absolute;
        long start = _lexer.TakeSeconds();
        if (_lexer.TryTake("..."))
            return new EventTime(kind, start, start, TakeSecond());
        return new EventTime(kind, start, _lexer.TryTake("~") ? TakeSecond() : start, null);
    }

    private long TakeSecond()
    {
        _lexer.TryTake("+");
        return _lexer.TakeSeconds();
    }
}
