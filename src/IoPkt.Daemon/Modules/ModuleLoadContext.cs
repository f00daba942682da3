using System.Reflection;
using System.Runtime.Loader;

namespace IoPkt.Daemon.Modules;

/// <summary>
/// The load context of one module. The contracts come from the daemon, so that the module's <see cref="IDevice"/> is the daemon's. Its other dependencies come from where its
/// .deps.json says (in a developer's build folder) or from a folder of its name beside it (in the install tree). It can be collected.
/// </summary>
internal sealed class ModuleLoadContext(string path) : AssemblyLoadContext(Path.GetFileNameWithoutExtension(path), isCollectible: true)
{
    private readonly AssemblyDependencyResolver _resolver = new(path);

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        // A contract must be one and the same type on both sides, even if somebody has put a copy of it beside the module.
        if (IsContract(assemblyName.Name))
            return null;
        string? found = _resolver.ResolveAssemblyToPath(assemblyName) ?? Private(assemblyName.Name + ".dll");
        return found is null ? null : LoadFromAssemblyPath(found);
    }

    protected override nint LoadUnmanagedDll(string unmanagedDllName)
    {
        string? found = _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) ?? Private(unmanagedDllName) ?? Private($"lib{unmanagedDllName}.so");
        return found is null ? 0 : LoadUnmanagedDllFromPath(found);
    }

    private string? Private(string file)
    {
        string candidate = Path.Combine(Path.ChangeExtension(path, null), file);
        return File.Exists(candidate) ? candidate : null;
    }

    private static bool IsContract(string? name) =>
        name == typeof(IDriver).Assembly.GetName().Name || name == typeof(Microsoft.Extensions.Logging.ILogger).Assembly.GetName().Name;
}
