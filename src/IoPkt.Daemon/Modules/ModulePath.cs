namespace IoPkt.Daemon.Modules;

/// <summary>Finds the file that a module's name means.</summary>
internal sealed class ModulePath
{
    /// <summary>The environment variable with folders, separated by colons, that are searched first.</summary>
    public const string Variable = "IOPKT_LIBRARY_PATH";

    private static readonly string[] Extensions = [".dll", ".so"];

    private readonly string[] _folders;

    /// <param name="libraryPath">The value of <see cref="Variable"/>, or <c>null</c>.</param>
    /// <param name="installFolder">The install tree's <c>lib/dll</c>.</param>
    public ModulePath(string? libraryPath, string installFolder)
    {
        string[] first = (libraryPath ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        _folders = [.. first, installFolder];
    }

    public IReadOnlyList<string> Folders => _folders;

    /// <param name="name">As typed: "tap", "devnp-tap", "devnp-tap.so"; with a slash it's a path.</param>
    /// <param name="prefix">What modules of this kind are called: "devnp-", "lsm-".</param>
    /// <exception cref="ModuleException">There is no such file; the message lists those tried.</exception>
    public string Find(string name, string prefix)
    {
        string stem = WithoutExtension(name);
        if (stem.Length == 0)
            throw new ModuleException("a module's name is missing");
        List<string> tried = [];
        foreach (string candidate in Candidates(name, stem, prefix))
        {
            if (File.Exists(candidate))
                return Path.GetFullPath(candidate);
            tried.Add(candidate);
        }
        throw new ModuleException($"no module {name}; tried {string.Join(", ", tried)}");
    }

    private IEnumerable<string> Candidates(string name, string stem, string prefix)
    {
        if (name.Contains('/', StringComparison.Ordinal))
        {
            // Command lines from QNX say .so where our module is a .dll.
            if (name != stem && !name.EndsWith(".so", StringComparison.Ordinal))
                yield return name;
            yield return stem + ".dll";
            yield break;
        }
        string file = stem.StartsWith(prefix, StringComparison.Ordinal) ? stem : prefix + stem;
        foreach (string folder in _folders)
            yield return Path.Combine(folder, file + ".dll");
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
