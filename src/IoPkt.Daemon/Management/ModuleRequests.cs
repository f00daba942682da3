using IoPkt.Daemon.Interfaces;
using IoPkt.Daemon.Protocols;
using IoPkt.Wire.Management;
using Microsoft.Extensions.Logging;

namespace IoPkt.Daemon.Management;

/// <summary>Loading and unloading modules while the stack runs: what mount and umount ask for.</summary>
internal sealed partial class ModuleRequests(IInterfaceControl interfaces, IProtocolControl protocols, ILogger<ModuleRequests> logger) : IOperationGroup
{
    public void Register(OperationTable table)
    {
        table.Add(ManagementOperations.LoadDriver, LoadDriverAsync);
        table.Add(ManagementOperations.Protocols, _ => Task.FromResult(List()));
        table.Add(ManagementOperations.LoadProtocol, LoadProtocolAsync);
        table.Add(ManagementOperations.UnloadProtocol, UnloadProtocolAsync);
    }

    private async Task<CreatedInterfaces> LoadDriverAsync(DriverModule request)
    {
        if (request.Module.Length == 0)
            throw new ManagementException(Errno.Invalid, "the name of a driver is missing");
        return new CreatedInterfaces(await LogAsync(request.Module, () => interfaces.LoadDriverAsync(request.Module, request.Options)).ConfigureAwait(false));
    }

    private ProtocolList List() => new([.. protocols.All.Select(p => new ProtocolInfo(p.Name, p.Path, p.Options))]);

    private async Task<NoResult> LoadProtocolAsync(ProtocolModule request)
    {
        if (request.Module.Length == 0)
            throw new ManagementException(Errno.Invalid, "the name of a protocol is missing");
        return await LogAsync(request.Module, async () =>
        {
            await protocols.LoadAsync(request.Module, request.Options).ConfigureAwait(false);
            return new NoResult();
        }).ConfigureAwait(false);
    }

    private async Task<NoResult> UnloadProtocolAsync(ProtocolName request)
    {
        await protocols.UnloadAsync(request.Name).ConfigureAwait(false);
        return new NoResult();
    }

    /// <summary>What fails is in the log as it is at the start, besides the answer: a start-up script's message is seldom seen.</summary>
    private async Task<T> LogAsync<T>(string module, Func<Task<T>> load)
    {
        try
        {
            return await load().ConfigureAwait(false);
        }
        catch (ModuleException failed)
        {
            LogFailed(module, failed.Message);
            throw;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "mount {Module}: {Reason}")]
    private partial void LogFailed(string module, string reason);
}
