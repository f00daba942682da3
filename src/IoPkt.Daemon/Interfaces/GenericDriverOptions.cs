using System.Globalization;

namespace IoPkt.Daemon.Interfaces;

/// <summary>The options that the stack takes for itself before a driver sees the rest: <c>name=</c>, <c>unit=</c> and its older name <c>lan=</c>.</summary>
internal sealed class GenericDriverOptions
{
    /// <summary>Linux's and BSD's limit on a name, the terminating zero not counted.</summary>
    public const int MaximumNameLength = 15;

    public static readonly IReadOnlyList<ModuleOption> All =
    [
        new("name", "PREFIX", "the interface's name without its number"),
        new("unit", "N", "the interface's number"),
        new("lan", "N", "the same as unit="),
    ];

    private const int MaximumUnit = 9999;

    /// <exception cref="ModuleException">A value isn't usable.</exception>
    public GenericDriverOptions(string? text)
    {
        ModuleOptions all = new(text);
        Prefix = all.GetString("name");
        if (Prefix is not null && !IsPrefix(Prefix))
            throw new ModuleException($"option name={Prefix}: letters, digits, '-' and '_', not ending with a digit, at most {MaximumNameLength - 1} of them");
        long? unit = all.GetNumber("unit", 0, MaximumUnit);
        long? lan = all.GetNumber("lan", 0, MaximumUnit);
        if (unit is not null && lan is not null && unit != lan)
            throw new ModuleException($"options unit={unit} and lan={lan} are the same option with two values");
        Unit = (int?)(unit ?? lan);
        string[] rest = [.. all.Text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(word => !IsGeneric(word))];
        DriverText = string.Join(',', rest);
    }

    /// <summary><c>null</c>: the device's own.</summary>
    public string? Prefix { get; }

    /// <summary><c>null</c>: the lowest that is free.</summary>
    public int? Unit { get; }

    /// <summary>The words that are for the driver.</summary>
    public string DriverText { get; }

    public static string NameOf(string prefix, int unit) => prefix + unit.ToString(CultureInfo.InvariantCulture);

    private static bool IsGeneric(string word)
    {
        string name = word.Split('=', 2)[0];
        return All.Any(option => option.Name == name);
    }

    private static bool IsPrefix(string prefix) =>
        prefix.Length < MaximumNameLength && prefix.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') && !char.IsAsciiDigit(prefix[^1]);
}
