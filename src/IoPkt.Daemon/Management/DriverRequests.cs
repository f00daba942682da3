using IoPkt.Daemon.Interfaces;
using IoPkt.Wire.Management;

namespace IoPkt.Daemon.Management;

/// <summary>Loading drivers while the stack runs: what mount asks for.</summary>
internal sealed class DriverRequests(IInterfaceControl control) : IOperationGroup
{
    public void Register(OperationTable table) => table.Add(ManagementOperations.LoadDriver, LoadAsync);

    private async Task<CreatedInterfaces> LoadAsync(DriverModule request)
    {
        if (request.Module.Length == 0)
            throw new ManagementException(Errno.Invalid, "the name of a driver is missing");
        return new CreatedInterfaces(await control.LoadDriverAsync(request.Module, request.Options).ConfigureAwait(false));
    }
}
