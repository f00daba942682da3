namespace IoPkt.Packetdrill.Tests.Language;

/// <summary>System calls, which look as strace prints them.</summary>
internal sealed class CallParser(Lexer lexer)
{
    public CallEvent Parse(int line, EventTime time)
    {
        string name = lexer.TakeWord();
        lexer.Take("(");
        IReadOnlyList<Argument> arguments = ParseList(")");
        lexer.Take("=");
        long result = lexer.TakeInteger();
        string? error = result == -1 && char.IsAsciiLetter(lexer.Peek()) ? lexer.TakeWord() : null;
        // What strace says about the error or the flags.
        if (lexer.TryTake("("))
            lexer.TakeUntil(")");
        return new CallEvent(line, time, name, arguments, result, error);
    }

    private List<Argument> ParseList(string end)
    {
        List<Argument> items = [];
        if (lexer.TryTake(end))
            return items;
        do
            items.Add(ParseArgument());
        while (lexer.TryTake(","));
        lexer.Take(end);
        return items;
    }

    private Argument ParseArgument()
    {
        if (lexer.TryTake("..."))
            return new EllipsisArgument();
        if (lexer.TryTake("\""))
            return new TextArgument(lexer.TakeUntil("\""));
        if (lexer.TryTake("["))
            return new ListArgument(ParseList("]"));
        if (lexer.TryTake("{"))
            return ParseStructure();
        long value = ParseNumber();
        while (lexer.TryTake("|"))
            value |= ParseNumber();
        return new NumberArgument(value);
    }

    private StructureArgument ParseStructure()
    {
        Dictionary<string, Argument> fields = [];
        do
        {
            string name = lexer.TakeWord();
            lexer.Take("=");
            fields[name] = ParseArgument();
        }
        while (lexer.TryTake(","));
        lexer.Take("}");
        return new StructureArgument(fields);
    }

    private long ParseNumber()
    {
        if (!char.IsAsciiLetter(lexer.Peek()))
            return lexer.TakeInteger();
        string name = lexer.TakeWord();
        return Constants.All.TryGetValue(name, out long value) ? value : throw lexer.Error($"{name}: not a constant that is known here");
    }
}
