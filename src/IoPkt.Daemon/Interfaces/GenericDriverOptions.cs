using System.Globalization;
using IoPkt.Daemon.Usb;

namespace IoPkt.Daemon.Interfaces;

/// <summary>
/// The options that the stack takes for itself before a driver sees the rest: <c>name=</c>, <c>unit=</c> and its older name <c>lan=</c>, and for drivers of USB devices those
/// that name one.
/// </summary>
internal sealed class GenericDriverOptions
{
    /// <summary>Linux's and BSD's limit on a name, the terminating zero not counted.</summary>
    public const int MaximumNameLength = 15;

    private static readonly ModuleOption s_name = new("name", "PREFIX", "the interface's name without its number");

    private static readonly ModuleOption[] s_unit =
    [
        new("unit", "N", "the interface's number"),
        new("lan", "N", "the same as unit="),
    ];

    private const int MaximumUnit = 9999;

    /// <param name="text">All options.</param>
    /// <param name="isUsb">It's a driver of USB devices.</param>
    /// <exception cref="ModuleException">A value isn't usable.</exception>
    public GenericDriverOptions(string? text, bool isUsb)
    {
        ModuleOptions all = new(text);
        Prefix = all.GetString("name");
        if (Prefix is not null && !IsPrefix(Prefix))
            throw new ModuleException($"option name={Prefix}: a letter, then letters, digits, '-' and '_', not ending with a digit, at most {MaximumNameLength - 1} of them");
        long? unit = all.GetNumber("unit", 0, MaximumUnit);
        long? lan = all.GetNumber("lan", 0, MaximumUnit);
        if (unit is not null && lan is not null && unit != lan)
            throw new ModuleException($"options unit={unit} and lan={lan} are the same option with two values");
        Unit = (int?)(unit ?? lan);
        string[] rest = [.. all.Text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(word => !IsGeneric(word, isUsb))];
        DriverText = string.Join(',', rest);
        Usb = isUsb ? UsbSelector.Read(all) : new UsbSelector(null, null, null, null);
    }

    /// <summary><c>null</c>: the device's own.</summary>
    public string? Prefix { get; }

    /// <summary><c>null</c>: the lowest that is free.</summary>
    public int? Unit { get; }

    /// <summary>Which USB device, if it's for a driver of such.</summary>
    public UsbSelector Usb { get; }

    /// <summary>The words that are for the driver.</summary>
    public string DriverText { get; }

    /// <summary>Those that hold for a driver. The interfaces of a legacy driver have io-net's names, and no others.</summary>
    public static IReadOnlyList<ModuleOption> For(IDriver driver, bool isLegacy) =>
        [.. isLegacy ? [] : (ModuleOption[])[s_name], .. s_unit, .. driver is IUsbDriver ? UsbSelector.Options : []];

    public static string NameOf(string prefix, int unit) => prefix + unit.ToString(CultureInfo.InvariantCulture);

    private static bool IsGeneric(string word, bool isUsb)
    {
        string name = word.Split('=', 2)[0];
        return name == s_name.Name || s_unit.Any(option => option.Name == name) || (isUsb && UsbSelector.Options.Any(option => option.Name == name));
    }

    private static bool IsPrefix(string prefix) =>
        prefix.Length < MaximumNameLength && char.IsAsciiLetter(prefix[0]) && prefix.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') && !char.IsAsciiDigit(prefix[^1]);
}
