namespace IoPkt.Daemon.Modules;

/// <summary>What can be seen of a module's options before it does anything: a mistyped one must not be found out half way.</summary>
internal static class OptionCheck
{
    /// <param name="known">The options there are for the module, the stack's own among them.</param>
    /// <param name="text">As typed.</param>
    /// <exception cref="ModuleException">One is unknown, or has two values.</exception>
    public static void Check(IReadOnlyList<ModuleOption> known, string? text)
    {
        ModuleOptions given = new(text);
        string[] unknown = [.. given.Unknown.Where(name => !known.Any(option => option.Name == name))];
        if (unknown.Length > 0)
        {
            IEnumerable<string> help = known.Select(o => $"{o.Name}{(o.Value is null ? "" : "=" + o.Value)} ({o.Help})");
            throw new ModuleException($"unknown option {string.Join(", ", unknown)}; it knows {string.Join(", ", help)}");
        }
        foreach ((string name, string problem) in given.Repeated)
        {
            if (!known.Any(option => option.Name == name && option.MayRepeat))
                throw new ModuleException(problem);
        }
    }
}
