using IoPkt.Daemon.Threads;
using IoPkt.Stack;
using IoPkt.Wire.Management;

namespace IoPkt.Daemon.Management;

/// <summary>Counters of protocols, and packet memory.</summary>
internal sealed class StatisticsRequests(IStackContext context) : IOperationGroup
{
    public void Register(OperationTable table)
    {
        table.Add(ManagementOperations.Statistics, _ => context.InvokeAsync(Counters));
        table.Add(ManagementOperations.Mbufs, _ => context.InvokeAsync(Mbufs));
    }

    private static CounterGroupList Counters(NetworkStack stack) => new(
        [.. stack.Counters.Select(g => new CounterGroupInfo(g.Name, [.. g.All.Select(c => new CounterInfo(c.Text, c.Value))]))]);

    private static MbufUsage Mbufs(NetworkStack stack)
    {
        MbufStatistics now = stack.Pool.GetStatistics();
        return new MbufUsage(
            now.Bytes,
            now.MaximumBytes,
            [.. now.Kinds.Select(k => new BufferUsage(k.Name, k.Size, k.InUse, k.Cached, k.Total, k.Failures))],
            new ManagedMemory(GC.GetTotalAllocatedBytes(precise: true), GC.CollectionCount(0)));
    }
}
