using IoPkt.Daemon.Threads;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace IoPkt.Benchmarks.Embedded;

/// <summary>
/// The services of <c>load.c</c> on the stack's own sockets, inside its process: what a program that embeds the stack has, without descriptors in between.
/// </summary>
internal sealed class EmbeddedServices(IStackContext context) : IHostedService
{
    public static void Register(IServiceCollection services) => services.AddHostedService<EmbeddedServices>();

    public Task StartAsync(CancellationToken cancellationToken) => context.InvokeAsync(stack =>
    {
        WorkList work = new();
        context.AtBatchEnd(_ => work.Run());
        _ = new StreamServer(stack, work, ServicePorts.Sink, socket => new Sink(socket, work));
        _ = new StreamServer(stack, work, ServicePorts.Source, socket => new Source(socket, work, stack.Pool));
        _ = new StreamServer(stack, work, ServicePorts.Hold, socket => new Sink(socket, work));
        _ = new StreamServer(stack, work, ServicePorts.Echo, socket => new Echo(socket, work, stack.Pool));
        _ = new DatagramCounter(stack, work);
        _ = new DatagramGenerator(stack, work);
        _ = new DatagramEcho(stack, work);
        return true;
    });

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
