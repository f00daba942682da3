using System.Globalization;

namespace IoPkt.Stack;

/// <summary>Adds values whose names begin alike to a <see cref="SysctlTree"/>: one line for each setting.</summary>
public sealed class SysctlGroup
{
    private readonly SysctlTree _tree;
    private readonly string _prefix;

    internal SysctlGroup(SysctlTree tree, string prefix)
    {
        _tree = tree;
        _prefix = prefix;
    }

    /// <summary>A switch: 0 or 1.</summary>
    public void Flag(string name, string description, Func<bool> get, Action<bool> set) =>
        Add(name, SysctlType.Bool, description, () => get() ? "1" : "0", text =>
        {
            if (text is not ("0" or "1"))
                return "0 or 1 is needed";
            set(text == "1");
            return null;
        });

    /// <summary>A whole number from <paramref name="minimum"/> to <paramref name="maximum"/>.</summary>
    /// <param name="check">What else it must be; returns what's wrong with it, or <c>null</c>.</param>
    public void Number(string name, string description, Func<int> get, Action<int> set, int minimum, int maximum, Func<int, string?>? check = null) =>
        Add(name, SysctlType.Int, description, () => get().ToString(CultureInfo.InvariantCulture), text =>
        {
            if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) || value < minimum || value > maximum)
                return string.Create(CultureInfo.InvariantCulture, $"a whole number from {minimum} to {maximum} is needed");
            if (check?.Invoke(value) is { } problem)
                return problem;
            set(value);
            return null;
        });

    /// <summary>A time, shown as a whole number of units.</summary>
    /// <param name="unit">The description names it.</param>
    public void Time(string name, string description, TimeSpan unit, Func<TimeSpan> get, Action<TimeSpan> set, int minimum, int maximum) =>
        Number(name, description, () => (int)Math.Round(get() / unit), value => set(value * unit), minimum, maximum);

    /// <summary>One of several words, which are asked for anew each time; <paramref name="find"/> may know others for them.</summary>
    public void Choice(string name, string description, Func<string> get, Action<string> set, Func<IEnumerable<string>> choices, Func<string, string?>? find = null) =>
        Add(name, SysctlType.String, description, get, text =>
        {
            string? chosen = find is not null ? find(text) : choices().Contains(text) ? text : null;
            if (chosen is null)
                return $"one of {string.Join(", ", choices())} is needed";
            set(chosen);
            return null;
        });

    /// <summary>Any text of no more than <paramref name="longest"/> characters.</summary>
    public void Text(string name, string description, Func<string> get, Action<string> set, int longest) =>
        Add(name, SysctlType.String, description, get, text =>
        {
            if (text.Length > longest || text.Any(char.IsControl))
                return string.Create(CultureInfo.InvariantCulture, $"at most {longest} characters, without control characters, are needed");
            set(text);
            return null;
        });

    /// <summary>What only whoever set it may know: it's shown as "set", or as nothing.</summary>
    public void Secret(string name, string description, Func<bool> isSet, Func<string, string?> set) =>
        Add(name, SysctlType.String, description, () => isSet() ? "set" : "", set);

    /// <summary>A number that can only be looked at.</summary>
    public void ReadOnly(string name, string description, Func<long> get) =>
        Add(name, SysctlType.Int, description, () => get().ToString(CultureInfo.InvariantCulture), null);

    /// <summary>Text that can only be looked at.</summary>
    public void ReadOnly(string name, string description, Func<string> get) => Add(name, SysctlType.String, description, get, null);

    private void Add(string name, SysctlType type, string description, Func<string> get, Func<string, string?>? set) =>
        _tree.Add(new SysctlNode($"{_prefix}.{name}", type, description, get, set));
}
