using System.Reflection;

namespace IoPkt.Daemon.Modules;

/// <summary>Brings driver modules into memory. Each request loads the file anew, so that a rebuilt driver is used by the next <c>mount</c>. It may block.</summary>
internal sealed class ModuleLoader(ModulePath path)
{
    public const string DriverPrefix = "devnp-";

    /// <exception cref="ModuleException">It isn't found, isn't a driver module, or its entry type can't be made.</exception>
    public LoadedModule LoadDriver(string name)
    {
        string file = path.Find(name, DriverPrefix);
        ModuleLoadContext context = new(file);
        try
        {
            return new LoadedModule(file, context, CreateDriver(context, file));
        }
        catch
        {
            context.Unload();
            throw;
        }
    }

    private static IDriver CreateDriver(ModuleLoadContext context, string file)
    {
        try
        {
            Assembly assembly = context.LoadFromAssemblyPath(file);
            Type? type = assembly.GetCustomAttribute<DriverModuleAttribute>()?.Driver;
            if (type is null)
                throw new ModuleException($"{file} isn't a driver module: it has no [assembly: DriverModule(typeof(…))]");
            if (Activator.CreateInstance(type) is not IDriver driver)
                throw new ModuleException($"{file}: {type.FullName} doesn't implement {nameof(IDriver)}");
            return driver;
        }
        catch (BadImageFormatException e)
        {
            throw new ModuleException($"{file} isn't a .NET assembly", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or MissingMethodException or TypeLoadException or MemberAccessException)
        {
            throw new ModuleException($"{file}: {e.Message}", e);
        }
        catch (TargetInvocationException e)
        {
            throw new ModuleException($"{file}: the driver failed as it was made: {e.InnerException?.Message}", e);
        }
    }
}
