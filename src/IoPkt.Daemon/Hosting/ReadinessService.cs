using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;

namespace IoPkt.Daemon.Hosting;

/// <summary>The last to start: says that clients are served, to whoever waits for that (the shell, systemd), and to systemd that it's over.</summary>
internal sealed class ReadinessService(DaemonOptions options, StartMode mode) : IHostedService
{
    private readonly SystemdNotifier _systemd = new();

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _systemd.Notify(ServiceState.Ready);
        mode.Background?.Ready(keepErrors: options.Arguments.Verbose);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _systemd.Notify(ServiceState.Stopping);
        return Task.CompletedTask;
    }
}

/// <summary>How the daemon was started.</summary>
/// <param name="Background"><c>null</c>: it stays in the foreground.</param>
internal sealed record StartMode(Background? Background);
