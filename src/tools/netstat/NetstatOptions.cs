namespace IoPkt.Tools.Netstat;

internal enum NetstatDisplay
{
    Sockets,
    Routes,
    Interfaces,
    Statistics,
    Memory,
    Flows,
}

/// <summary>A command line of netstat, understood.</summary>
internal sealed record NetstatOptions
{
    public NetstatDisplay Display { get; init; }

    /// <summary><c>-a</c>: servers too; with interfaces, their groups.</summary>
    public bool All { get; init; }

    /// <summary><c>-C</c></summary>
    public bool CongestionControls { get; init; }

    public bool NumericHosts { get; init; }

    public bool NumericPorts { get; init; }

    /// <summary><c>-b</c></summary>
    public bool Bytes { get; init; }

    /// <summary><c>-d</c></summary>
    public bool Drops { get; init; }

    /// <summary><c>-h</c></summary>
    public bool Humanize { get; init; }

    /// <summary><c>-I</c></summary>
    public string? Interface { get; init; }

    /// <summary><c>-p</c></summary>
    public string? Protocol { get; init; }

    /// <summary><c>-ss</c></summary>
    public bool SkipZeros { get; init; }

    /// <summary><c>-w</c></summary>
    public TimeSpan? Wait { get; init; }

    /// <exception cref="ToolException">The line makes no sense.</exception>
    public static NetstatOptions Parse(IReadOnlyList<string> arguments)
    {
        OptionParser parser = new("abCdFf:hI:imnp:rSsw:");
        IReadOnlyList<string> rest = parser.Parse(arguments);
        if (rest.Count > 0)
            throw new UsageException($"unexpected '{rest[0]}'");
        CheckFamily(parser.Value('f'));

        NetstatDisplay[] asked =
        [
            .. parser.Has('r') ? [NetstatDisplay.Routes] : (NetstatDisplay[])[],
            .. parser.Has('i') || parser.Has('I') ? [NetstatDisplay.Interfaces] : (NetstatDisplay[])[],
            .. parser.Has('s') ? [NetstatDisplay.Statistics] : (NetstatDisplay[])[],
            .. parser.Has('m') ? [NetstatDisplay.Memory] : (NetstatDisplay[])[],
            .. parser.Has('F') ? [NetstatDisplay.Flows] : (NetstatDisplay[])[],
        ];
        if (asked.Length > 1)
            throw new UsageException("-r, -i, -s, -m and -F exclude each other");
        NetstatDisplay display = asked.Length == 1 ? asked[0]
            : parser.Has('p') && !parser.Has('a') && !parser.Has('n') ? NetstatDisplay.Statistics
            : NetstatDisplay.Sockets;
        bool traffic = display == NetstatDisplay.Interfaces || parser.Has('w');
        Reject(parser, "bd", !traffic, "goes with -i, -I or -w");
        Reject(parser, "h", !parser.Has('b'), "goes with -b");
        Reject(parser, "a", display is not (NetstatDisplay.Sockets or NetstatDisplay.Interfaces) || parser.Has('w'), "goes with the display of sockets, or -i");
        Reject(parser, "C", display != NetstatDisplay.Sockets || parser.Has('w'), "goes with the display of sockets");
        Reject(parser, "p", display is not (NetstatDisplay.Sockets or NetstatDisplay.Statistics) || parser.Has('w'), "goes with -s, or the display of sockets");
        Reject(parser, "w", display is not (NetstatDisplay.Sockets or NetstatDisplay.Interfaces), "goes with -I, -b and -d only");
        return new NetstatOptions
        {
            Display = display,
            All = parser.Has('a'),
            CongestionControls = parser.Has('C'),
            NumericHosts = parser.Has('n') || parser.Has('S'),
            NumericPorts = parser.Has('n'),
            Bytes = parser.Has('b'),
            Drops = parser.Has('d'),
            Humanize = parser.Has('h'),
            Interface = parser.Value('I'),
            Protocol = parser.Value('p'),
            SkipZeros = parser.Options.Count(o => o.Option == 's') > 1,
            Wait = parser.Value('w') is string wait ? Numbers.ParseSeconds(wait, 0.01, 86400, "wait") : null,
        };
    }

    private static void Reject(OptionParser parser, string options, bool condition, string why)
    {
        foreach (char option in options)
        {
            if (condition && parser.Has(option))
                throw new UsageException($"-{option} {why}");
        }
    }

    private static void CheckFamily(string? family)
    {
        if (family == "inet6")
            throw new ToolException("inet6: this stack has no IPv6");
        if (family is not (null or "inet"))
            throw new ToolException($"'{family}': unknown address family; there is: inet");
    }
}
