namespace IoPkt.Daemon.CommandLine;

/// <summary>
/// Turns io-pkt's syntax into plain long options, each with one value. What a general parser can't know: <c>-d</c> and <c>-p</c> take one word or two, the second only if
/// it doesn't begin with '-'; and, as getopt has it, <c>-ptcpip</c>, <c>-p tcpip</c> and <c>-vp tcpip</c> are the same.
/// </summary>
internal static class ArgumentNormalizer
{
    /// <summary>Between a module's name and its options, in the value of --driver and --protocol: a character that no argument of a terminal holds.</summary>
    public const char Separator = '\u001f';

    private static readonly Dictionary<char, (string Name, string? Value)> ShortOptions = new()
    {
        ['D'] = ("--dedicated-stack-thread", null),
        ['d'] = ("--driver", "a driver: -d tap"),
        ['i'] = ("--instance", "a number: -i 1"),
        ['P'] = ("--priority", "a priority: -P 21"),
        ['p'] = ("--protocol", "a protocol: -p tcpip"),
        ['S'] = ("--no-fault-handler", null),
        ['t'] = ("--threads", "a number: -t 2"),
        ['U'] = ("--user", "a user: -U 1000 or -U nobody:nogroup"),
        ['v'] = ("--verbose", null),
        ['h'] = ("--help", null),
        ['?'] = ("--help", null),
    };

    private static readonly string[] LongFlags = ["--dedicated-stack-thread", "--no-fault-handler", "--verbose", "--foreground", "--help", "--version"];

    /// <exception cref="CommandLineException">An option is unknown or incomplete, or there's a word too many.</exception>
    public static IReadOnlyList<string> Normalize(IReadOnlyList<string> arguments)
    {
        List<string> result = [];
        for (int i = 0; i < arguments.Count;)
        {
            string argument = arguments[i++];
            if (argument.StartsWith("--", StringComparison.Ordinal) && argument.Length > 2)
                AddLong(argument, arguments, ref i, result);
            else if (argument.StartsWith('-') && argument.Length > 1 && argument != "--")
                AddShort(argument, arguments, ref i, result);
            else
                throw Unexpected(argument, result);
        }
        return result;
    }

    private static void AddShort(string argument, IReadOnlyList<string> arguments, ref int next, List<string> result)
    {
        for (int k = 1; k < argument.Length; k++)
        {
            if (!ShortOptions.TryGetValue(argument[k], out (string Name, string? Value) option))
                throw Unknown("-" + argument[k]);
            if (option.Value is null)
            {
                result.Add(option.Name);
                continue;
            }
            string? attached = k + 1 < argument.Length ? argument[(k + 1)..] : null;
            AddValue(option.Name, "-" + argument[k], option.Value, attached, arguments, ref next, result);
            return;
        }
    }

    private static void AddLong(string argument, IReadOnlyList<string> arguments, ref int next, List<string> result)
    {
        int equals = argument.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? argument : argument[..equals];
        string? attached = equals < 0 ? null : argument[(equals + 1)..];
        if (LongFlags.Contains(name))
        {
            if (attached is not null)
                throw new CommandLineException($"option {name} takes no value");
            result.Add(name);
            return;
        }
        string? value = ShortOptions.Values.FirstOrDefault(o => o.Name == name).Value;
        if (value is null)
            throw Unknown(name);
        AddValue(name, name, value, attached, arguments, ref next, result);
    }

    private static void AddValue(string name, string typed, string needed, string? attached, IReadOnlyList<string> arguments, ref int next, List<string> result)
    {
        string? value = attached;
        if (value is null && next < arguments.Count && !arguments[next].StartsWith('-'))
            value = arguments[next++];
        if (string.IsNullOrEmpty(value))
        {
            string got = next < arguments.Count ? $", not {Quote(arguments[next])}" : "";
            throw new CommandLineException($"option {typed} needs {needed}{got}");
        }
        bool isModule = name is "--driver" or "--protocol";
        if (isModule && next < arguments.Count && !arguments[next].StartsWith('-'))
            value += Separator + arguments[next++];
        string? before = isModule ? null : ValueOf(name, result);
        if (before is null)
            result.AddRange([name, value]);
        else if (before != value)
            throw new CommandLineException($"option {typed} is given twice, as {before} and as {value}");
    }

    private static string? ValueOf(string name, List<string> normalized)
    {
        for (int i = 0; i < normalized.Count; i += LongFlags.Contains(normalized[i]) ? 1 : 2)
        {
            if (normalized[i] == name)
                return normalized[i + 1];
        }
        return null;
    }

    private static CommandLineException Unknown(string option) => new(
        $"unknown option {option}; valid are -D, -d driver [options], -i instance, -P priority, -p protocol [options], -S, -t threads, -U uid[:gid], -v, --foreground, --help and --version");

    private static CommandLineException Unexpected(string argument, List<string> before)
    {
        bool afterModule = before.Count >= 2 && before[^2] is "--driver" or "--protocol" && before[^1].Contains(Separator, StringComparison.Ordinal);
        return new CommandLineException(afterModule
            ? $"unexpected {Quote(argument)}: a module's options are one word, separated by commas: {before[^1].Replace(Separator, ' ')},{argument}"
            : $"unexpected {Quote(argument)}; try --help");
    }

    private static string Quote(string text) => $"'{text}'";
}
