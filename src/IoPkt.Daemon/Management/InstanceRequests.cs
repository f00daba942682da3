using IoPkt.Daemon.Threads;
using IoPkt.Wire.Management;

namespace IoPkt.Daemon.Management;

/// <summary>Which daemon this is, as it was started.</summary>
/// <param name="Variant">"io-pkt-v4".</param>
/// <param name="Number">The number of <c>-i</c>.</param>
/// <param name="Prefix">The value of <c>prefix=</c>, perhaps empty.</param>
public sealed record InstanceIdentity(string Variant, int Number, string Prefix);

/// <summary>Tells who answers.</summary>
internal sealed class InstanceRequests(IStackContext context, InstanceIdentity identity) : IOperationGroup
{
    public void Register(OperationTable table) => table.Add(ManagementOperations.Info, _ => context.InvokeAsync(stack => new InstanceInfo(
        typeof(InstanceRequests).Assembly.GetName().Version?.ToString(3) ?? "",
        ManagementMessage.Version,
        identity.Variant,
        identity.Number,
        identity.Prefix,
        Environment.ProcessId,
        stack.Clock.Now / 1e6)));
}
