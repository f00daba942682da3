using System.Net.Sockets;
using IoPkt.Daemon.Logging;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;

namespace IoPkt.Daemon.Hosting;

/// <summary>The last to start: says that clients are served, to whoever waits for that (the shell, systemd), and to systemd that it's over.</summary>
internal sealed partial class ReadinessService(DaemonOptions options, StartMode mode, BackgroundSink log, ILogger<ReadinessService> logger) : IHostedService
{
    private readonly SystemdNotifier _systemd = new();

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Notify(ServiceState.Ready);
        if (mode.Background is not { } background)
            return;
        // Whoever started us is to see what went wrong, and standard error is about to become /dev/null.
        await log.FlushAsync(cancellationToken).ConfigureAwait(false);
        background.Ready(keepErrors: options.Arguments.Verbose);
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Notify(ServiceState.Stopping);
        return Task.CompletedTask;
    }

    /// <summary>Whoever was to be told may be gone; that's no reason to fail.</summary>
    private void Notify(ServiceState state)
    {
        try
        {
            _systemd.Notify(state);
        }
        catch (SocketException e)
        {
            LogUnheard(logger, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "NOTIFY_SOCKET: nobody listens there: {Reason}")]
    private static partial void LogUnheard(ILogger logger, string reason);
}

/// <summary>How the daemon was started.</summary>
/// <param name="Background"><c>null</c>: it stays in the foreground.</param>
internal sealed record StartMode(Background? Background);
