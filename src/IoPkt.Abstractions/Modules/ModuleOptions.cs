using System.Globalization;

namespace IoPkt;

/// <summary>An option that a module knows.</summary>
/// <param name="Name">Without "=".</param>
/// <param name="Value">What stands after "=", for people: "ADDRESS/LEN"; <c>null</c>: the option is a plain word.</param>
/// <param name="Help">One line.</param>
public sealed record ModuleOption(string Name, string? Value, string Help)
{
    /// <summary>It may be given more than once, and every value counts. Any other option that's given with two values is refused.</summary>
    public bool MayRepeat { get; init; }
}

/// <summary>
/// A module's options as io-pkt writes them: one word, <c>name=value</c> or <c>name</c>, separated by commas. Getters remember what was asked for, so
/// that <see cref="Unknown"/> can name what nobody knew. Values are checked here, with messages for the user.
/// </summary>
public sealed class ModuleOptions
{
    private readonly List<KeyValuePair<string, string?>> _entries = [];
    private readonly HashSet<string> _asked = [];

    /// <param name="text">For example <c>if=vpn0,mac=02:00:00:00:00:01,persist</c>; <c>null</c> or empty: no options.</param>
    public ModuleOptions(string? text)
    {
        Text = text ?? "";
        foreach (string word in Text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int equals = word.IndexOf('=', StringComparison.Ordinal);
            // A word that begins with "=" has no name; it's its own, for messages.
            _entries.Add(equals <= 0 ? new(word, null) : new(word[..equals], word[(equals + 1)..]));
        }
    }

    public string Text { get; }

    /// <summary>Names that getters have asked for: those that the module knows.</summary>
    public IEnumerable<string> Asked => _asked;

    /// <summary>Names that no getter has asked for.</summary>
    public IEnumerable<string> Unknown => _entries.Select(e => e.Key).Where(k => !_asked.Contains(k)).Distinct();

    /// <summary>Names that are there with two values, and a message that says which: of those that a getter reads, it's the last.</summary>
    public IEnumerable<(string Name, string Problem)> Repeated => _entries.GroupBy(e => e.Key)
        .Select(g => (g.Key, Values: g.Select(e => e.Value).Distinct().ToArray()))
        .Where(g => g.Values.Length > 1)
        .Select(g => (g.Key, $"option {g.Key} is given with more than one value: {string.Join(", ", g.Values.Select(v => v is null ? g.Key : $"{g.Key}={v}"))}"));

    /// <summary>Whether the option is there, with or without a value.</summary>
    public bool Has(string name)
    {
        _asked.Add(name);
        return _entries.Exists(e => e.Key == name);
    }

    /// <summary>Whether the last option of that name is there without a value.</summary>
    public bool IsWord(string name)
    {
        _asked.Add(name);
        int last = _entries.FindLastIndex(e => e.Key == name);
        return last >= 0 && _entries[last].Value is null;
    }

    /// <summary>The value of the last option of that name.</summary>
    /// <exception cref="ModuleException">It's there without a value.</exception>
    public string? GetString(string name) => GetStrings(name) is { Count: > 0 } all ? all[^1] : null;

    /// <summary>The values of an option that may be repeated.</summary>
    /// <exception cref="ModuleException">One is there without a value.</exception>
    public IReadOnlyList<string> GetStrings(string name)
    {
        _asked.Add(name);
        List<string> values = [];
        foreach ((string key, string? value) in _entries)
        {
            if (key == name)
                values.Add(string.IsNullOrEmpty(value) ? throw new ModuleException($"option {name}: a value is missing ({name}=VALUE)") : value);
        }
        return values;
    }

    /// <summary>A plain word, or a word with 0 or 1.</summary>
    /// <exception cref="ModuleException">It has another value.</exception>
    public bool GetFlag(string name)
    {
        _asked.Add(name);
        int last = _entries.FindLastIndex(e => e.Key == name);
        return last >= 0 && _entries[last].Value switch
        {
            null or "1" => true,
            "0" => false,
            string other => throw new ModuleException($"option {name}={other}: use {name}, {name}=1 or {name}=0"),
        };
    }

    /// <summary>One station's Ethernet address, with or without colons.</summary>
    /// <exception cref="ModuleException">It isn't one.</exception>
    public MacAddress? GetStationAddress(string name)
    {
        if (GetString(name) is not { } text)
            return null;
        if (!MacAddress.TryParse(text, out MacAddress address))
            throw new ModuleException($"option {name}={text}: six octets in hexadecimal are needed: 02:00:00:00:00:01");
        if (address.IsMulticast || address.IsZero)
            throw new ModuleException($"option {name}={text}: that isn't the address of one station");
        return address;
    }

    /// <summary>A whole number, decimal or with 0x.</summary>
    /// <exception cref="ModuleException">It isn't a number, or is outside the limits; the message names them.</exception>
    public long? GetNumber(string name, long minimum = 0, long maximum = long.MaxValue)
    {
        string? text = GetString(name);
        if (text is null)
            return null;
        bool hex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        bool parsed = hex
            ? long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long value)
            : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
        if (!parsed || value < minimum || value > maximum)
            throw new ModuleException($"option {name}={text}: a whole number from {minimum} to {maximum} is needed");
        return value;
    }
}
