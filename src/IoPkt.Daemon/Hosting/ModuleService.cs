using IoPkt.Daemon.CommandLine;
using IoPkt.Daemon.Interfaces;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace IoPkt.Daemon.Hosting;

/// <summary>
/// Starts the modules of the command line, in its order. One that fails is logged, and doesn't keep the stack from starting; one that hangs doesn't either: after a
/// while the daemon serves its clients without it.
/// </summary>
internal sealed partial class ModuleService(DaemonOptions options, InterfaceManager interfaces, ILogger<ModuleService> logger) : IHostedService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Task all = LoadAllAsync();
        if (await Task.WhenAny(all, Task.Delay(Patience, cancellationToken)).ConfigureAwait(false) != all)
            LogSlow(logger, (int)Patience.TotalSeconds);
    }

    public async Task StopAsync(CancellationToken cancellationToken) => await interfaces.DisposeAsync().ConfigureAwait(false);

    private async Task LoadAllAsync()
    {
        foreach (ModuleRequest request in options.Arguments.Modules)
        {
            try
            {
                await LoadAsync(request).ConfigureAwait(false);
            }
            catch (ModuleException e)
            {
                LogFailed(logger, request.Kind == ModuleKind.Driver ? "-d" : "-p", request.Name, e.Message);
            }
        }
    }

    private async Task LoadAsync(ModuleRequest request)
    {
        if (request.Kind == ModuleKind.Driver)
            await interfaces.LoadDriverAsync(request.Name, request.Options).ConfigureAwait(false);
        else if (request.Name != ProtocolNames.TcpIp)
            throw new ModuleException($"there is no protocol module of that name; {ProtocolNames.TcpIp} is built in");
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Option} {Name}: {Reason}")]
    private static partial void LogFailed(ILogger logger, string option, string name, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A module is still initializing after {Seconds} s; the stack goes on without it")]
    private static partial void LogSlow(ILogger logger, int seconds);
}
