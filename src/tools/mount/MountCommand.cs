namespace IoPkt.Tools.Mount;

/// <summary>A command line of mount that is for a stack.</summary>
internal sealed record MountCommand(StackType Stack, string Module, string? Options, bool Verbose)
{
    private const string ProtocolPrefix = "lsm-";

    /// <summary>By their names, which is how io-pkt has told them apart since there have been modules.</summary>
    public bool IsProtocol => Path.GetFileName(Module).StartsWith(ProtocolPrefix, StringComparison.Ordinal);

    /// <returns><c>null</c> when it isn't for a stack.</returns>
    /// <exception cref="ToolException">It is, but makes no sense.</exception>
    public static MountCommand? Parse(IReadOnlyList<string> arguments)
    {
        if (!StackType.In(arguments).Any(type => StackType.Parse(type) is not null))
            return null;
        OptionParser options = new("T:t:o:v");
        IReadOnlyList<string> words = options.Parse(arguments);
        StackType[] types = [.. options.Options.Where(o => o.Option is 'T' or 't').Select(o => StackType.Parse(o.Value)
            ?? throw new UsageException($"type {o.Value} is the system's, and the others are a stack's"))];
        if (types.Distinct().Skip(1).Any())
            throw new UsageException("-T is given for two stacks");
        string module = words switch
        {
            [] => throw new UsageException("the module is missing: devnp-tap.so, for example"),
            [var only] => only,
            [_, var more, ..] => throw new UsageException($"unexpected '{more}': a stack's modules have no mount point"),
        };
        if (module.Length == 0)
            throw new UsageException("the module's name is empty");
        // The daemon has another working folder than we have.
        if (module.Contains('/', StringComparison.Ordinal))
            module = Path.GetFullPath(module);
        string[] given = [.. options.Options.Where(o => o.Option == 'o').Select(o => o.Value)];
        return new MountCommand(types[0], module, given.Length > 0 ? string.Join(',', given) : null, options.Has('v'));
    }
}
