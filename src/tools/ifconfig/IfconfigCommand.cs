using IoPkt.Wire.Management;

namespace IoPkt.Tools.Ifconfig;

/// <summary>A command line of ifconfig, understood.</summary>
internal sealed record IfconfigCommand
{
    private const int FlagUp = 1;
    private const int FlagBroadcast = 2;

    /// <summary><c>null</c>: all that the options select.</summary>
    public string? Interface { get; init; }

    /// <summary>Empty: show.</summary>
    public IReadOnlyList<InterfaceAction> Actions { get; init; } = [];

    public bool NamesOnly { get; init; }

    /// <summary><c>-C</c>: what can be created.</summary>
    public bool Cloners { get; init; }

    public bool OnlyBroadcast { get; init; }

    public bool OnlyDown { get; init; }

    public bool OnlyUp { get; init; }

    public bool OnlyConnected { get; init; }

    /// <summary><c>-s IF</c>: the exit status is the answer.</summary>
    public bool IsStatusQuery { get; init; }

    public bool Media { get; init; }

    public bool Statistics { get; init; }

    public bool ResetCounters { get; init; }

    public bool Humanize { get; init; }

    /// <summary>Addresses of this family only, and nothing else of the interface; <c>null</c>: everything.</summary>
    public string? Family { get; init; }

    public bool Selects(InterfaceInfo candidate) =>
        (!OnlyBroadcast || (candidate.Flags & FlagBroadcast) != 0)
        && (!OnlyDown || (candidate.Flags & FlagUp) == 0)
        && (!OnlyUp || (candidate.Flags & FlagUp) != 0)
        && (!OnlyConnected || candidate.LinkUp != false);

    /// <exception cref="ToolException">The line makes no sense.</exception>
    public static IfconfigCommand Parse(IReadOnlyList<string> arguments, HostNames hosts)
    {
        OptionParser options = new("abdhlmsuvzC");
        IReadOnlyList<string> words = options.Parse(arguments);
        bool all = options.Has('a');
        bool names = options.Has('l');
        if (options.Has('d') && options.Has('u'))
            throw new UsageException("-d and -u exclude each other");
        if (names && options.Options.Any(o => o.Option is not ('l' or 'b' or 'd' or 's' or 'u')))
            throw new UsageException("-l goes with -b, -d, -s and -u only");
        if (names && words.Count > 0)
            throw new UsageException($"-l lists every interface; what is '{words[0]}' for?");

        if (options.Has('C'))
        {
            return arguments.Count == 1 ? new IfconfigCommand { Cloners = true } : throw new UsageException("-C goes alone");
        }
        IfconfigCommand command = new()
        {
            NamesOnly = names,
            OnlyBroadcast = options.Has('b'),
            OnlyDown = options.Has('d'),
            OnlyUp = options.Has('u'),
            OnlyConnected = options.Has('s'),
            Media = options.Has('m'),
            Statistics = options.Has('v') || options.Has('z'),
            ResetCounters = options.Has('z'),
            Humanize = options.Has('h'),
        };
        return all || names || arguments.Count == 0 ? command.WithFamilyOnly(words) : command.WithInterface(words, options, hosts);
    }

    private IfconfigCommand WithFamilyOnly(IReadOnlyList<string> words) => words switch
    {
        [] => this,
        [var family] => this with { Family = CheckFamily(family) },
        _ => throw new UsageException($"unexpected '{words[1]}' after the address family"),
    };

    private IfconfigCommand WithInterface(IReadOnlyList<string> words, OptionParser options, HostNames hosts)
    {
        if (words.Count == 0)
            throw new UsageException("the interface is missing (or -a for all)");
        if (options.Options.FirstOrDefault(o => o.Option is 'b' or 'd' or 'u') is { Option: not '\0' } selector)
            throw new UsageException($"-{selector.Option} selects among all interfaces: it goes with -a or -l");
        IfconfigCommand command = this with { Interface = words[0], IsStatusQuery = OnlyConnected };
        List<string> rest = [.. words.Skip(1)];
        if (rest is [var family, ..] && IsFamily(family))
        {
            CheckFamily(family);
            rest.RemoveAt(0);
            if (rest.Count == 0)
                return command with { Family = family };
        }
        if (rest.Count == 0)
            return command;
        if (options.Options.Count > 0)
            throw new UsageException($"-{options.Options[0].Option} is for showing an interface, not for configuring it");
        return command with { Actions = ParameterParser.Parse(rest, hosts) };
    }

    private static bool IsFamily(string word) => word is "inet" or "inet6" or "atalk" or "iso" or "ns" or "link";

    private static string CheckFamily(string family) => family switch
    {
        "inet" => family,
        "inet6" => throw new ToolException("inet6: this stack has no IPv6"),
        _ => throw new ToolException($"{family}: unknown address family; there is: inet"),
    };
}
