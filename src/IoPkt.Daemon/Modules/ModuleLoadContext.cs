using System.Reflection;
using System.Runtime.Loader;

namespace IoPkt.Daemon.Modules;

/// <summary>
/// The load context of one module: its own dependencies come from beside it, and the contracts (everything that the daemon itself has loaded) from the daemon, so that
/// the module's <see cref="IDevice"/> is the daemon's. It can be collected.
/// </summary>
internal sealed class ModuleLoadContext(string path) : AssemblyLoadContext(Path.GetFileNameWithoutExtension(path), isCollectible: true)
{
    private readonly AssemblyDependencyResolver _resolver = new(path);

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        // A contract must be one and the same type on both sides, even if somebody has put a copy of it beside the module.
        if (IsContract(assemblyName.Name))
            return null;
        return _resolver.ResolveAssemblyToPath(assemblyName) is { } found ? LoadFromAssemblyPath(found) : null;
    }

    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } found ? LoadUnmanagedDllFromPath(found) : 0;

    private static bool IsContract(string? name) =>
        name == typeof(IDriver).Assembly.GetName().Name || name == typeof(Microsoft.Extensions.Logging.ILogger).Assembly.GetName().Name;
}
