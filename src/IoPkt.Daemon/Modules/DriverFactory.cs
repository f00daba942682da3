using IoPkt.Daemon.Hosting;
using IoPkt.Daemon.Interfaces;
using IoPkt.Daemon.Threads;
using IoPkt.Stack;
using Microsoft.Extensions.Logging;

namespace IoPkt.Daemon.Modules;

/// <summary>Loads a driver module and has it make its devices.</summary>
internal sealed class DriverFactory(ModuleLoader loader, NetworkStack stack, PacketThreads threads, DaemonOptions options, ILoggerFactory loggers)
{
    /// <param name="name">As typed.</param>
    /// <param name="generic">The options, those for the stack already taken out.</param>
    /// <returns>The module, with no users counted yet, and at least one device.</returns>
    /// <exception cref="ModuleException">Nothing is left in memory; the message begins with the module's name.</exception>
    public (LoadedModule Module, IReadOnlyList<IDevice> Devices) Attach(string name, GenericDriverOptions generic)
    {
        LoadedModule module = loader.LoadDriver(name);
        try
        {
            ModuleOptions given = new(generic.DriverText);
            Check(module, given);
            IReadOnlyList<IDevice> devices = module.Driver!.Attach(new DriverContext
            {
                Options = given,
                Pool = stack.Pool,
                Logger = loggers.CreateLogger(module.Name),
                Time = stack.Clock.Provider,
                // The stack's own source is for the stack context only.
                Random = options.Tcpip.CreateRandom(),
                Instance = options.Instance,
                MaximumQueues = threads.Count,
            });
            return devices.Count > 0 ? (module, devices) : throw new ModuleException("it found no device");
        }
#pragma warning disable CA1031 // A driver may throw anything; all of it means the same here.
        catch (Exception e)
#pragma warning restore CA1031
        {
            module.Unload();
            throw new ModuleException($"{module.Name}: {e.Message}", e is ModuleException ? e.InnerException ?? e : e);
        }
    }

    /// <summary>Before the driver does anything: a mistyped option must not be found out half way.</summary>
    private static void Check(LoadedModule module, ModuleOptions given)
    {
        IReadOnlyList<ModuleOption> known = module.Driver!.Options;
        string[] unknown = [.. new ModuleOptions(given.Text).Unknown.Where(name => !known.Any(option => option.Name == name))];
        if (unknown.Length == 0)
            return;
        IEnumerable<string> help = known.Concat(GenericDriverOptions.All).Select(o => $"{o.Name}{(o.Value is null ? "" : "=" + o.Value)} ({o.Help})");
        throw new ModuleException($"unknown option {string.Join(", ", unknown)}; it knows {string.Join(", ", help)}");
    }
}
