using System.Runtime.CompilerServices;

namespace IoPkt.Daemon.Modules;

/// <summary>A driver module in memory, for as long as any of its interfaces exists.</summary>
internal sealed class LoadedModule
{
    private readonly ModuleLoadContext _context;
    private int _users;

    internal LoadedModule(string path, ModuleLoadContext context, IDriver driver)
    {
        Path = path;
        Name = System.IO.Path.GetFileNameWithoutExtension(path);
        Driver = driver;
        _context = context;
    }

    /// <summary>The file it came from.</summary>
    public string Path { get; }

    /// <summary>"devnp-tap".</summary>
    public string Name { get; }

    /// <summary><c>null</c> once the module is unloaded.</summary>
    public IDriver? Driver { get; private set; }

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
        Driver = null;
        _context.Unload();
    }
}
