using System.Globalization;
using System.Numerics;

namespace IoPkt.Daemon.CommandLine;

/// <summary>Reads options so that a bad value doesn't keep the stack from starting: it's noted, with what is used instead.</summary>
/// <param name="options">The words.</param>
/// <param name="place">Where they stand, for messages: "-p tcpip".</param>
internal sealed class OptionReader(ModuleOptions options, string place)
{
    private readonly List<string> _warnings = [.. options.Repeated.Select(repeated => $"{place}: {repeated.Problem}; the last is used")];

    public ModuleOptions Options => options;

    /// <summary>For the log.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    public bool Has(string name) => options.Has(name);

    /// <summary>A plain word, or a word with 0 or 1.</summary>
    public bool Flag(string name, bool otherwise) => OptionalFlag(name, otherwise ? "1" : "0") ?? otherwise;

    /// <param name="otherwise">What is used instead of a bad value, for the log.</param>
    /// <returns><c>null</c>: it isn't there, or is bad.</returns>
    public bool? OptionalFlag(string name, string otherwise)
    {
        try
        {
            return options.Has(name) ? options.GetFlag(name) : null;
        }
        catch (ModuleException e)
        {
            return Instead<bool?>(e.Message, null, otherwise);
        }
    }

    /// <summary>A whole number within limits; a number outside of them isn't used, not even the nearest one inside.</summary>
    public int Number(string name, int otherwise, int minimum, int maximum) => OptionalNumber(name, minimum, maximum, Text(otherwise)) ?? otherwise;

    /// <param name="otherwise">What is used instead of a bad value, for the log.</param>
    /// <returns><c>null</c>: it isn't there, or is bad.</returns>
    public int? OptionalNumber(string name, int minimum, int maximum, string otherwise)
    {
        try
        {
            return (int?)options.GetNumber(name, minimum, maximum);
        }
        catch (ModuleException e)
        {
            return Instead<int?>(e.Message, null, otherwise);
        }
    }

    public int PowerOfTwo(string name, int otherwise, int minimum, int maximum)
    {
        int value = Number(name, otherwise, minimum, maximum);
        return BitOperations.IsPow2(value) ? value : Instead($"option {name}={value}: a power of two is needed", otherwise, Text(otherwise));
    }

    /// <summary>Notes a problem.</summary>
    /// <param name="used">What is used instead.</param>
    /// <param name="text">The same, for the log.</param>
    public T Instead<T>(string problem, T used, string text)
    {
        Warn($"{problem}; {text} is used");
        return used;
    }

    public void Warn(string problem) => _warnings.Add($"{place}: {problem}");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
