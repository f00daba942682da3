namespace IoPkt.Tools;

/// <summary>
/// getopt's grammar, which BSD's tools have: letters after one hyphen may stand together (<c>-an</c>), a value follows its letter directly or as the next word
/// (<c>-c3</c>, <c>-c 3</c>), <c>--</c> ends the options.
/// </summary>
/// <param name="specification">The letters; a colon after one that takes a value: "ac:n".</param>
public sealed class OptionParser(string specification)
{
    private readonly List<(char Option, string Value)> _options = [];

    /// <summary>Options in the order in which they came; the value is empty for those without.</summary>
    public IReadOnlyList<(char Option, string Value)> Options => _options;

    /// <param name="arguments">The command line.</param>
    /// <returns>What follows the options.</returns>
    /// <exception cref="UsageException">An unknown option, or a value that's missing.</exception>
    public IReadOnlyList<string> Parse(IReadOnlyList<string> arguments)
    {
        int next = 0;
        while (next < arguments.Count)
        {
            string word = arguments[next];
            if (word.Length < 2 || word[0] != '-')
                break;
            next++;
            if (word == "--")
                break;
            if (word.StartsWith("--", StringComparison.Ordinal))
                throw new UsageException($"unknown option {word}");
            for (int i = 1; i < word.Length; i++)
            {
                if (!TakesValue(word[i]))
                {
                    _options.Add((word[i], ""));
                    continue;
                }
                string value = word[(i + 1)..];
                if (value.Length == 0)
                    value = next < arguments.Count ? arguments[next++] : throw new UsageException($"option -{word[i]} requires an argument");
                _options.Add((word[i], value));
                break;
            }
        }
        return [.. arguments.Skip(next)];
    }

    public bool Has(char option) => _options.Exists(o => o.Option == option);

    /// <summary>The last one given, or <c>null</c>.</summary>
    public string? Value(char option) => _options.FindLastIndex(o => o.Option == option) is var i and >= 0 ? _options[i].Value : null;

    private bool TakesValue(char letter)
    {
        int at = letter == ':' ? -1 : specification.IndexOf(letter, StringComparison.Ordinal);
        if (at < 0)
            throw new UsageException($"unknown option -{letter}");
        return at + 1 < specification.Length && specification[at + 1] == ':';
    }
}
