using IoPkt.Daemon.Management;
using IoPkt.Daemon.Modules;
using IoPkt.Daemon.Threads;
using IoPkt.Stack;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace IoPkt.Daemon.Hosting;

/// <summary>What a daemon is made of. The hosted services start in the order in which they're registered, and stop in the opposite one.</summary>
internal static class DaemonServices
{
    public static void Add(IServiceCollection services, Variant variant, DaemonOptions options, StartMode mode, PrefixFolder prefix, InstanceLock instance)
    {
        services.AddSingleton(options);
        services.AddSingleton(variant);
        services.AddSingleton(mode);
        services.AddSingleton(prefix);
        services.AddSingleton(instance);
        services.AddSingleton(new InstanceIdentity(variant.Name, options.Instance, options.Prefix));
        services.AddSingleton(TimeProvider.System);
        AddStack(services, options);
        services.AddModules(options);
        services.AddHostedService<StackService>();
        if (!options.Arguments.NoFaultHandler)
            services.AddHostedService<GuardianService>();
        if (options.Tcpip.FollowHostName)
            services.AddHostedService<HostNameMonitor>();
        foreach (Capability capability in variant.Capabilities)
            capability.Register(services);
        services.AddHostedService<ModuleService>();
        if (options.User is { } user)
            services.AddHostedService(provider => new PrivilegeService(user, prefix, provider.GetRequiredService<ILogger<PrivilegeService>>()));
        services.AddHostedService<ReadinessService>();
    }

    private static void AddStack(IServiceCollection services, DaemonOptions options)
    {
        services.AddSingleton(new MbufPool(options.Tcpip.Memory));
        services.AddSingleton(provider => new NetworkStack(new NetworkStackOptions
        {
            Time = provider.GetRequiredService<TimeProvider>(),
            Random = options.Tcpip.CreateRandom(),
            Pool = provider.GetRequiredService<MbufPool>(),
            Logger = provider.GetRequiredService<ILoggerFactory>().CreateLogger<NetworkStack>(),
            HostName = Environment.MachineName,
            MapInterfaceNames = options.Tcpip.MapInterfaceNames,
            Forwarding = options.Tcpip.Forwarding,
            FastForwarding = options.Tcpip.FastForwarding,
            MaximumBacklog = options.Tcpip.Backlog,
            ReusePortUnicast = options.Tcpip.ReusePortUnicast,
        }));
        services.AddSingleton<StackContext>();
        services.AddSingleton<IStackContext>(provider => provider.GetRequiredService<StackContext>());
        services.AddSingleton(provider =>
        {
            PacketThreads threads = new(options.PacketThreads, provider.GetRequiredService<StackContext>(), provider.GetRequiredService<ILogger<PacketThreads>>());
            threads.Polling.AddTo(provider.GetRequiredService<NetworkStack>().Sysctl);
            return threads;
        });
        services.AddSingleton<IPoller>(provider => provider.GetRequiredService<PacketThreads>());
    }
}
