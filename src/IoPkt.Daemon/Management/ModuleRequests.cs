using IoPkt.Daemon.Interfaces;
using IoPkt.Daemon.Protocols;
using IoPkt.Wire.Management;

namespace IoPkt.Daemon.Management;

/// <summary>Loading and unloading modules while the stack runs: what mount and umount ask for.</summary>
internal sealed class ModuleRequests(IInterfaceControl interfaces, IProtocolControl protocols) : IOperationGroup
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
        return new CreatedInterfaces(await interfaces.LoadDriverAsync(request.Module, request.Options).ConfigureAwait(false));
    }

    private ProtocolList List() => new([.. protocols.All.Select(p => new ProtocolInfo(p.Name, p.Path, p.Options))]);

    private async Task<NoResult> LoadProtocolAsync(ProtocolModule request)
    {
        if (request.Module.Length == 0)
            throw new ManagementException(Errno.Invalid, "the name of a protocol is missing");
        await protocols.LoadAsync(request.Module, request.Options).ConfigureAwait(false);
        return new NoResult();
    }

    private async Task<NoResult> UnloadProtocolAsync(ProtocolName request)
    {
        await protocols.UnloadAsync(request.Name).ConfigureAwait(false);
        return new NoResult();
    }
}
