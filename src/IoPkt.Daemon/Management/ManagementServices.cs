using Microsoft.Extensions.DependencyInjection;

namespace IoPkt.Daemon.Management;

public static class ManagementServices
{
    /// <summary>
    /// Adds the handler of management requests. It needs an <see cref="InstanceIdentity"/>, an <see cref="Threads.IStackContext"/>, an
    /// <see cref="Interfaces.IInterfaceControl"/> and an <see cref="Protocols.IProtocolControl"/> among the services.
    /// </summary>
    public static IServiceCollection AddManagement(this IServiceCollection services)
    {
        services.AddSingleton<IOperationGroup, InstanceRequests>();
        services.AddSingleton<IOperationGroup, InterfaceRequests>();
        services.AddSingleton<IOperationGroup, AddressRequests>();
        services.AddSingleton<IOperationGroup, RouteRequests>();
        services.AddSingleton<IOperationGroup, NeighborRequests>();
        services.AddSingleton<IOperationGroup, SocketRequests>();
        services.AddSingleton<IOperationGroup, StatisticsRequests>();
        services.AddSingleton<IOperationGroup, ModuleRequests>();
        services.AddSingleton<IOperationGroup, SettingRequests>();
        services.AddSingleton<IOperationGroup, LogRequests>();
        services.AddSingleton<IManagementHandler, ManagementHandler>();
        return services;
    }
}
