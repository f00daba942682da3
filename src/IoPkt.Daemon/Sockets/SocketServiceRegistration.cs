using Microsoft.Extensions.DependencyInjection;

namespace IoPkt.Daemon.Sockets;

public static class SocketServiceRegistration
{
    /// <summary>
    /// Adds the socket service. It needs <see cref="Threads.IStackContext"/>, <see cref="Threads.IPoller"/> and <see cref="SocketServiceOptions"/> in the container, and uses
    /// <see cref="Management.IManagementHandler"/> if there's one, which may itself use <see cref="SocketTable"/>.
    /// </summary>
    public static IServiceCollection AddSocketService(this IServiceCollection services)
    {
        services.AddSingleton<SocketTable>();
        services.AddSingleton<SocketService>();
        services.AddHostedService(static provider => provider.GetRequiredService<SocketService>());
        return services;
    }
}
