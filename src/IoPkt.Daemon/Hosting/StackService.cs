using IoPkt.Daemon.Threads;
using IoPkt.Stack;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace IoPkt.Daemon.Hosting;

/// <summary>The first to start and the last to stop: the packet threads, and lo0 with 127.0.0.1.</summary>
internal sealed partial class StackService(PacketThreads threads, StackContext context, DaemonOptions options, ILogger<StackService> logger) : IHostedService
{
    private static readonly InetAddress LoopbackAddress = InetAddress.Parse("127.0.0.1");

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        threads.Start();
        await context.InvokeAsync(stack =>
        {
            if (stack.Loopback.FindAddress(LoopbackAddress) is null)
                stack.Interfaces.AddAddress(stack.Loopback, new InterfaceAddress(LoopbackAddress, 8, default, default));
            stack.Interfaces.SetUp(stack.Loopback, true);
            return true;
        }).ConfigureAwait(false);
        LogStarted(logger, options.Program, options.Instance, threads.Count, options.Prefix);
        foreach (string warning in options.Tcpip.Warnings)
            LogWarning(logger, warning);
        if (!options.Tcpip.KernelRandom)
            LogPseudoRandom(logger);
        if (options.Arguments.NoFaultHandler)
            LogWarning(logger, "option -S is not supported yet");
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        threads.Dispose();
        context.Dispose();
        LogStopped(logger, options.Program);
        return Task.CompletedTask;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Program}: instance {Instance}, {Threads} packet threads, prefix \"{Prefix}\"")]
    private static partial void LogStarted(ILogger logger, string program, int instance, int threads, string prefix);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Program}: stopped")]
    private static partial void LogStopped(ILogger logger, string program);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Text}")]
    private static partial void LogWarning(ILogger logger, string text);

    [LoggerMessage(Level = LogLevel.Information, Message = "random: a pseudo-random generator is used; -p tcpip random takes the kernel's")]
    private static partial void LogPseudoRandom(ILogger logger);
}
