using IoPkt.Daemon.Hosting;
using IoPkt.Daemon.Interfaces;
using IoPkt.Daemon.Protocols;
using IoPkt.Daemon.Usb;
using Microsoft.Extensions.DependencyInjection;

namespace IoPkt.Daemon.Modules;

internal static class ModuleServices
{
    /// <summary>Adds what loads drivers and protocols, and the interfaces and protocols that come of it.</summary>
    public static IServiceCollection AddModules(this IServiceCollection services, DaemonOptions options)
    {
        services.AddSingleton(new ModulePath(Environment.GetEnvironmentVariable(ModulePath.Variable), InstallTree.ModuleFolder));
        services.AddSingleton<ModuleMemory>();
        services.AddSingleton<ModuleLoader>();
        services.AddSingleton(new UsbBus(Environment.GetEnvironmentVariable(UsbBus.Variable) ?? UsbBus.DefaultFolder));
        services.AddSingleton<DriverFactory>();
        services.AddSingleton(new InterfaceEntries(options.Prefix));
        services.AddSingleton<InterfaceManager>();
        services.AddSingleton<IInterfaceControl>(provider => provider.GetRequiredService<InterfaceManager>());
        services.AddSingleton<ProtocolManager>();
        services.AddSingleton<IProtocolControl>(provider => provider.GetRequiredService<ProtocolManager>());
        return services;
    }
}
