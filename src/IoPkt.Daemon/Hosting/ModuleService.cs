using IoPkt.Daemon.CommandLine;
using IoPkt.Daemon.Interfaces;
using IoPkt.Daemon.Protocols;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace IoPkt.Daemon.Hosting;

/// <summary>
/// Starts the modules of the command line, in its order. One that fails is logged, and doesn't keep the stack from starting; one that hangs doesn't either: after a
/// while the others have their turn, and the daemon serves its clients without it.
/// </summary>
internal sealed partial class ModuleService(DaemonOptions options, InterfaceManager interfaces, ProtocolManager protocols, ILogger<ModuleService> logger) : IHostedService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (ModuleRequest request in options.Arguments.Modules)
        {
            Task load = LoadAsync(request);
            if (await Task.WhenAny(load, Task.Delay(Patience, cancellationToken)).ConfigureAwait(false) != load)
                LogSlow(logger, OptionOf(request), request.Name, (int)Patience.TotalSeconds);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await protocols.DisposeAsync().ConfigureAwait(false);
        await interfaces.DisposeAsync().ConfigureAwait(false);
    }

    private async Task LoadAsync(ModuleRequest request)
    {
        try
        {
            if (request.Kind == ModuleKind.Driver)
                await interfaces.LoadDriverAsync(request.Name, request.Options).ConfigureAwait(false);
            else if (request.Name != ProtocolNames.TcpIp)
                await protocols.LoadAsync(request.Name, request.Options).ConfigureAwait(false);
        }
        catch (ModuleException e)
        {
            LogFailed(logger, OptionOf(request), request.Name, e.Message);
        }
    }

    private static string OptionOf(ModuleRequest request) => request.Kind == ModuleKind.Driver ? "-d" : "-p";

    [LoggerMessage(Level = LogLevel.Error, Message = "{Option} {Name}: {Reason}")]
    private static partial void LogFailed(ILogger logger, string option, string name, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Option} {Name} is still initializing after {Seconds} s; the stack goes on without it")]
    private static partial void LogSlow(ILogger logger, string option, string name, int seconds);
}
