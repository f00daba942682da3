using IoPkt.Daemon.Threads;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace IoPkt.Daemon.Hosting;

/// <summary>The first to start and the last to stop: the packet threads. lo0 is up when they are.</summary>
internal sealed partial class StackService(PacketThreads threads, DaemonOptions options, ILogger<StackService> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        threads.Start();
        LogStarted(logger, options.Program, options.Instance, threads.Count, options.Prefix);
        foreach (string missing in options.Tcpip.Missing)
            LogMissing(logger, missing);
        foreach (string warning in options.Tcpip.Warnings)
            LogWarning(logger, warning);
        if (!options.Tcpip.KernelRandom)
            LogPseudoRandom(logger);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        threads.Stop();
        LogStopped(logger, options.Program);
        return Task.CompletedTask;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Program} instance {Instance}: {Threads} packet threads, prefix \"{Prefix}\"")]
    private static partial void LogStarted(ILogger logger, string program, int instance, int threads, string prefix);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Program} has stopped")]
    private static partial void LogStopped(ILogger logger, string program);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Text}")]
    private static partial void LogMissing(ILogger logger, string text);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Text}")]
    private static partial void LogWarning(ILogger logger, string text);

    [LoggerMessage(Level = LogLevel.Information, Message = "random: a pseudo-random generator is used; -p tcpip random takes the kernel's")]
    private static partial void LogPseudoRandom(ILogger logger);
}
