using System.Globalization;
using IoPkt.Client;
using IoPkt.Wire.Instances;

namespace IoPkt.Tools;

/// <summary>The type that <c>mount -T</c> names a stack by: <c>io-pkt</c> or <c>io-pktN</c>, N being the number of <c>-i</c>; also io-net's <c>io-net[N]</c>, and <c>tcpip</c>.</summary>
/// <param name="Number"><c>null</c>: none was given.</param>
public sealed record StackType(int? Number)
{
    private static readonly string[] s_ours = ["io-pkt", "io-net"];

    /// <returns><c>null</c> for any other type, which is the system's business.</returns>
    public static StackType? Parse(string text)
    {
        if (text == "tcpip")
            return new StackType(null as int?);
        if (Beginning(text) is not { } ours)
            return null;
        string number = text[ours.Length..];
        return number.Length == 0 ? new StackType(null as int?)
            : int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int instance) ? new StackType(instance)
            : null;
    }

    /// <summary>The types that mount's and umount's command lines name, whatever else is in them: the system's programs have options that we don't know.</summary>
    public static IEnumerable<string> In(IReadOnlyList<string> arguments)
    {
        for (int i = 0; i < arguments.Count; i++)
        {
            string word = arguments[i];
            if (word is "-T" or "-t")
            {
                if (i + 1 < arguments.Count)
                    yield return arguments[i + 1];
            }
            else if (word.StartsWith("-T", StringComparison.Ordinal) || word.StartsWith("-t", StringComparison.Ordinal))
            {
                yield return word[2..];
            }
        }
    }

    /// <summary>
    /// A command line for the system's program of that name. A type that isn't a stack's but begins like one goes there too, as there may be such a file system;
    /// but whoever mistyped wouldn't understand the system's complaint, so it's said before.
    /// </summary>
    /// <returns>What to say; <c>null</c>: nothing.</returns>
    public static string? Doubt(string tool, IReadOnlyList<string> arguments) => In(arguments).FirstOrDefault(type => Beginning(type) is not null) is { } type
        ? $"{tool}: type {type} isn't a stack's (io-pkt, or io-pktN, N being the number of its -i): the system's {tool} has it"
        : null;

    private static string? Beginning(string text) => Array.Find(s_ours, name => text.StartsWith(name, StringComparison.Ordinal));

    /// <summary>The daemon of that number. Without a number: the one that <c>SOCK</c> names, or else instance 0.</summary>
    /// <exception cref="ToolException">There is no such daemon, or there are several.</exception>
    public IoPktClient Connect()
    {
        if (Number is null && Environment.GetEnvironmentVariable("SOCK") is { Length: > 0 } prefix)
            return new IoPktClient(prefix);
        int number = Number ?? 0;
        return InstanceRegistry.Find(number) switch
        {
            [] => throw new ToolException($"no io-pkt instance {number} is running (start one with -i {number}, or name its prefix in SOCK)"),
            [var only] => new IoPktClient(only.Prefix),
            var several => throw new ToolException($"instance {number} runs in several network namespaces ({string.Join("; ", several)}): name one by its prefix in SOCK"),
        };
    }
}
