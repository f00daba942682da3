using IoPkt.Daemon.Hosting;
using IoPkt.Daemon.Threads;
using IoPkt.Wire.Management;

namespace IoPkt.Daemon.Management;

/// <summary>Tells who answers.</summary>
internal sealed class InstanceRequests(IStackContext context, DaemonOptions options) : IOperationGroup
{
    public void Register(OperationTable table) => table.Add(ManagementOperations.Info, _ => context.InvokeAsync(stack => new InstanceInfo(
        typeof(InstanceRequests).Assembly.GetName().Version?.ToString(3) ?? "",
        ManagementMessage.Version,
        options.Program,
        options.Instance,
        options.Prefix,
        Environment.ProcessId,
        stack.Clock.Now / 1e6)));
}
