using System.Reflection;
using IoPkt.Legacy;

namespace IoPkt.Daemon.Modules;

/// <summary>Brings modules into memory. Each request loads the file anew, so that a rebuilt driver is used by the next <c>mount</c>. It may block.</summary>
internal sealed class ModuleLoader(ModulePath path, ModuleMemory memory)
{
    /// <summary>Loads a driver; a legacy one comes with the shim, which makes a driver of the present kind of it.</summary>
    /// <param name="name">As typed.</param>
    /// <param name="options">As typed. If the shim itself is named, the first word of them is the legacy driver.</param>
    /// <returns>The module, and the options that are left for it.</returns>
    /// <exception cref="ModuleException">It isn't found, isn't a driver module, or its entry type can't be made.</exception>
    public (LoadedModule<IDriver> Module, string? Options) LoadDriver(string name, string? options)
    {
        string file = path.Find(name, ModuleNaming.Drivers);
        if (Path.GetFileNameWithoutExtension(file) != ModuleNaming.Shim)
            return (LoadDriverFile(file), options);
        string[] words = (options ?? "").Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (words.Length == 0)
            throw new ModuleException($"{ModuleNaming.Shim} needs a legacy driver to run: -d shim \"devn-NAME options\"");
        return (Shim(file, path.Find(words[0], [ModuleNaming.LegacyDriver])), words.ElementAtOrDefault(1));
    }

    /// <exception cref="ModuleException">It isn't found, isn't a protocol module, or its entry type can't be made.</exception>
    public LoadedModule<IProtocolModule> LoadProtocol(string name)
    {
        string file = path.Find(name, ModuleNaming.Protocols);
        return Guard(file, context => new LoadedModule<IProtocolModule>(file, Create<IProtocolModule>(file, ProtocolType(Open(context, file), file)), context));
    }

    /// <summary>Names of the drivers that make an interface without any option.</summary>
    public IReadOnlyList<string> ListCloners() =>
        [.. path.List(ModuleNaming.Driver).Where(IsCloner).Select(file => Path.GetFileNameWithoutExtension(file)[ModuleNaming.Driver.Length..])];

    private LoadedModule<IDriver> LoadDriverFile(string file)
    {
        if (Guard(file, context => LoadNative(context, file)) is { } native)
            return native;
        return Shim(path.Find(ModuleNaming.Shim, [ModuleNaming.Driver]), file);
    }

    /// <returns><c>null</c>: it's a legacy driver.</returns>
    private static LoadedModule<IDriver>? LoadNative(ModuleLoadContext context, string file)
    {
        Assembly assembly = Open(context, file);
        if (assembly.GetCustomAttribute<DriverModuleAttribute>() is { } native)
            return new LoadedModule<IDriver>(file, Create<IDriver>(file, native.Driver), context);
        if (assembly.GetCustomAttribute<LegacyDriverModuleAttribute>() is null)
            throw new ModuleException($"{file} isn't a driver module: it has no [assembly: DriverModule(typeof(…))]");
        context.Unload();
        return null;
    }

    private LoadedModule<IDriver> Shim(string shimFile, string file) => Guard(shimFile, shimContext => Guard(file, context =>
    {
        Type shim = Open(shimContext, shimFile).GetCustomAttribute<DriverModuleAttribute>()?.Driver
            ?? throw new ModuleException($"{shimFile} isn't the shim: it has no [assembly: DriverModule(typeof(…))]");
        Type legacy = Open(context, file).GetCustomAttribute<LegacyDriverModuleAttribute>()?.Driver
            ?? throw new ModuleException($"{file} isn't a legacy driver: it has no [assembly: LegacyDriverModule(typeof(…))]");
        IDriver adapted = Create<ILegacyDriverAdapter>(shimFile, shim).Adapt(Create<ILegacyDriver>(file, legacy));
        return new LoadedModule<IDriver>(file, adapted, context, shimContext);
    }));

    private bool IsCloner(string file)
    {
        ModuleLoadContext context = memory.CreateContext(file);
        try
        {
            return context.LoadFromAssemblyPath(file).GetCustomAttribute<DriverModuleAttribute>() is { CanCreate: true };
        }
        catch (Exception e) when (e is IOException or BadImageFormatException or UnauthorizedAccessException or TypeLoadException)
        {
            return false;
        }
        finally
        {
            context.Unload();
        }
    }

    private static Assembly Open(ModuleLoadContext context, string file)
    {
        Assembly assembly = context.LoadFromAssemblyPath(file);
        if (ContractVersion.Of(assembly) is { } compiled && ContractVersion.Mismatch(compiled, ContractVersion.Current) is { } mismatch)
            throw new ModuleException($"{file}: {mismatch}");
        return assembly;
    }

    private static Type ProtocolType(Assembly assembly, string file) => assembly.GetCustomAttribute<ProtocolModuleAttribute>()?.Protocol
        ?? throw new ModuleException($"{file} isn't a protocol module: it has no [assembly: ProtocolModule(typeof(…))]");

    private static T Create<T>(string file, Type type)
        where T : class => Activator.CreateInstance(type) as T ?? throw new ModuleException($"{file}: {type.FullName} doesn't implement {typeof(T).Name}");

    /// <summary>A load context that's unloaded if anything goes wrong, with a message for the user.</summary>
    private T Guard<T>(string file, Func<ModuleLoadContext, T> load)
    {
        ModuleLoadContext context = memory.CreateContext(file);
        try
        {
            return load(context);
        }
        catch (Exception e)
        {
            context.Unload();
            throw e switch
            {
                BadImageFormatException => new ModuleException($"{file} isn't a .NET assembly", e),
                TargetInvocationException => new ModuleException($"{file}: the module failed as it was made: {e.InnerException?.Message}", e),
                ModuleException => e,
                _ => new ModuleException($"{file}: {e.Message}", e),
            };
        }
    }
}
