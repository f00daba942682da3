namespace IoPkt.Daemon.Modules;

/// <summary>Finds the file that a module's name means.</summary>
internal sealed class ModulePath
{
    /// <summary>The environment variable with folders, separated by colons, that are searched first.</summary>
    public const string Variable = "IOPKT_LIBRARY_PATH";

    /// <summary>Where QNX has its modules. Command lines from there name it; here it stands for the folders that are searched.</summary>
    private const string QnxFolder = "/lib/dll";

    private static readonly string[] Extensions = [".dll", ".so"];

    private readonly string[] _folders;

    /// <param name="libraryPath">The value of <see cref="Variable"/>, or <c>null</c>.</param>
    /// <param name="installFolder">The install tree's <c>lib/dll</c>.</param>
    public ModulePath(string? libraryPath, string installFolder)
    {
        string[] first = (libraryPath ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        _folders = [.. first, installFolder];
    }

    /// <param name="name">As typed: "tap", "devnp-tap", "devnp-tap.so"; with a slash it's a path.</param>
    /// <param name="prefixes">What modules of this kind are called, the preferred first: "devnp-", "devn-".</param>
    /// <exception cref="ModuleException">There is no such file; the message lists those tried.</exception>
    public string Find(string name, IReadOnlyList<string> prefixes)
    {
        string stem = WithoutExtension(name);
        if (Path.GetFileName(stem).Length == 0)
            throw new ModuleException($"'{name}' isn't a module's name; one is {prefixes[0]}NAME, NAME alone, or a path");
        List<string> tried = [];
        foreach (string candidate in Candidates(name, stem, prefixes))
        {
            if (File.Exists(candidate))
                return Path.GetFullPath(candidate);
            tried.Add(candidate);
        }
        throw new ModuleException($"no module {name}; tried {string.Join(", ", tried)}");
    }

    /// <summary>Every module whose file begins with a prefix, by name; of several of one name, the one that would be found.</summary>
    public IReadOnlyList<string> List(string prefix) =>
    [
        .. _folders.Where(Directory.Exists).SelectMany(folder => Directory.EnumerateFiles(folder, prefix + "*.dll").Order(StringComparer.Ordinal)).DistinctBy(Path.GetFileName),
    ];

    private IEnumerable<string> Candidates(string name, string stem, IReadOnlyList<string> prefixes)
    {
        if (name.Contains('/', StringComparison.Ordinal))
        {
            // Command lines from QNX say .so where our module is a .dll.
            if (name != stem && !name.EndsWith(".so", StringComparison.Ordinal))
                yield return name;
            yield return stem + ".dll";
            if (Path.GetDirectoryName(stem) != QnxFolder)
                yield break;
            stem = Path.GetFileName(stem);
        }
        IEnumerable<string> files = prefixes.Any(prefix => stem.StartsWith(prefix, StringComparison.Ordinal)) ? [stem] : prefixes.Select(prefix => prefix + stem);
        foreach (string file in files)
        {
            foreach (string folder in _folders)
                yield return Path.Combine(folder, file + ".dll");
        }
    }

    private static string WithoutExtension(string name)
    {
        foreach (string extension in Extensions)
        {
            if (name.EndsWith(extension, StringComparison.Ordinal))
                return name[..^extension.Length];
        }
        return name;
    }
}
