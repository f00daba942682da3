using System.Runtime.CompilerServices;

namespace IoPkt.Daemon.Modules;

/// <summary>A module in memory: for as long as any of a driver's interfaces exists, or a protocol runs.</summary>
/// <typeparam name="T">What its entry type implements.</typeparam>
internal sealed class LoadedModule<T>
    where T : class
{
    private readonly ModuleLoadContext[] _contexts;
    private int _users;

    /// <param name="path">The file it came from.</param>
    /// <param name="entry">An object of its entry type.</param>
    /// <param name="contexts">What to unload: its own, and the shim's of a legacy driver.</param>
    internal LoadedModule(string path, T entry, params ModuleLoadContext[] contexts)
    {
        Path = path;
        Name = System.IO.Path.GetFileNameWithoutExtension(path);
        Entry = entry;
        _contexts = contexts;
    }

    /// <summary>The file it came from.</summary>
    public string Path { get; }

    /// <summary>"devnp-tap".</summary>
    public string Name { get; }

    /// <summary><c>null</c> once the module is unloaded.</summary>
    public T? Entry { get; private set; }

    /// <summary>A driver in io-net's manner, over the shim.</summary>
    public bool IsLegacy => _contexts.Length > 1;

    public void AddUser() => Interlocked.Increment(ref _users);

    /// <summary>An interface is gone; with the last one goes the module.</summary>
    public void RemoveUser()
    {
        if (Interlocked.Decrement(ref _users) == 0)
            Unload();
    }

    /// <summary>Begins to unload: the memory returns when nothing refers to the module's objects any more.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Unload()
    {
        Entry = null;
        foreach (ModuleLoadContext context in _contexts)
            context.Unload();
    }
}
