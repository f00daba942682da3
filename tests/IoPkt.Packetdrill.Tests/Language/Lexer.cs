using System.Globalization;

namespace IoPkt.Packetdrill.Tests.Language;

/// <summary>
/// Reads a script word by word. What a character means depends on where it stands (a packet's flags, its options, an argument, Python), so the parsers ask for what
/// they expect, and there's no stream of tokens.
/// </summary>
internal sealed class Lexer(string text)
{
    private int _position;

    /// <summary>From 1 on.</summary>
    public int Line { get; private set; } = 1;

    public bool IsAtEnd
    {
        get
        {
            SkipSpace();
            return _position == text.Length;
        }
    }

    public ScriptException Error(string message) => new(Line, message);

    /// <summary>The next character that isn't space, which stays; NUL at the end.</summary>
    public char Peek()
    {
        SkipSpace();
        return _position < text.Length ? text[_position] : '\0';
    }

    /// <summary>The character right behind, space or not.</summary>
    public char PeekRaw() => _position < text.Length ? text[_position] : '\0';

    public bool TryTake(string expected)
    {
        SkipSpace();
        if (string.CompareOrdinal(text, _position, expected, 0, expected.Length) != 0)
            return false;
        _position += expected.Length;
        return true;
    }

    public void Take(string expected)
    {
        if (!TryTake(expected))
            throw Error($"\"{expected}\" is needed before \"{Rest()}\"");
    }

    /// <summary>Takes the word if it's the next one, whole.</summary>
    public bool TryTakeWord(string word)
    {
        SkipSpace();
        int end = _position + word.Length;
        if (string.CompareOrdinal(text, _position, word, 0, word.Length) != 0 || (end < text.Length && IsWord(text[end])))
            return false;
        _position = end;
        return true;
    }

    public string TakeWord()
    {
        SkipSpace();
        string word = TakeWhile(IsWord);
        return word.Length > 0 ? word : throw Error($"a word is needed before \"{Rest()}\"");
    }

    /// <summary>Takes all characters that fit, perhaps none.</summary>
    public string TakeWhile(Func<char, bool> fits)
    {
        int start = _position;
        while (_position < text.Length && fits(text[_position]))
            Advance();
        return text[start.._position];
    }

    /// <summary>Takes everything up to a mark, and the mark.</summary>
    public string TakeUntil(string mark)
    {
        int end = text.IndexOf(mark, _position, StringComparison.Ordinal);
        if (end < 0)
            throw Error($"\"{mark}\" is missing");
        string taken = text[_position..end];
        while (_position < end + mark.Length)
            Advance();
        return taken;
    }

    /// <summary>A whole number: decimal, or hexadecimal with 0x; perhaps negative.</summary>
    public long TakeInteger()
    {
        bool isNegative = TryTake("-");
        string word = TakeWord();
        bool isHex = word.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        return long.TryParse(isHex ? word[2..] : word, isHex ? NumberStyles.HexNumber : NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? isNegative ? -number : number
            : throw Error($"{word}: a whole number is needed");
    }

    /// <summary>Seconds, as "2", "0.5" or ".5", in microseconds.</summary>
    public long TakeSeconds()
    {
        SkipSpace();
        string whole = TakeWhile(char.IsAsciiDigit);
        string fraction = "";
        if (PeekRaw() == '.' && _position + 1 < text.Length && char.IsAsciiDigit(text[_position + 1]))
        {
            Advance();
            fraction = TakeWhile(char.IsAsciiDigit);
        }
        return whole.Length + fraction.Length == 0 ? throw Error($"a time is needed before \"{Rest()}\"")
            : (long)Math.Round(decimal.Parse($"0{whole}.{fraction}0", CultureInfo.InvariantCulture) * 1_000_000);
    }

    private string Rest() => text[_position..Math.Min(text.Length, _position + 20)].Split('\n')[0];

    private static bool IsWord(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    private void SkipSpace()
    {
        while (_position < text.Length)
        {
            if (char.IsWhiteSpace(text[_position]))
                Advance();
            else if (text[_position] == '#' || Ahead("//"))
                TakeWhile(c => c != '\n');
            else if (Ahead("/*"))
                TakeUntil("*/");
            else
                return;
        }
    }

    private bool Ahead(string expected) => string.CompareOrdinal(text, _position, expected, 0, expected.Length) == 0;

    private void Advance()
    {
        if (text[_position++] == '\n')
            Line++;
    }
}
