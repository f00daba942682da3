using IoPkt.Daemon.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace IoPkt.Daemon.Sockets;

public static class SocketServices
{
    /// <summary>Adds the socket service: the entries under the prefix, and everything behind them. It needs an <see cref="Threads.IStackContext"/> and an <see cref="Threads.IPoller"/>.</summary>
    public static IServiceCollection AddSockets(this IServiceCollection services)
    {
        services.AddSingleton<SocketTable>();
        services.AddSingleton(provider => Options(provider.GetRequiredService<DaemonOptions>()));
        services.AddHostedService<SocketService>();
        return services;
    }

    private static SocketServiceOptions Options(DaemonOptions options) => new()
    {
        Prefix = options.Prefix,
        ReceiveContext = options.Tcpip.ReceiveContext,
        Operations = options.Tcpip.Operations,
    };
}
