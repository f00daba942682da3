using IoPkt.Daemon.Logging;
using IoPkt.Wire.Management;

namespace IoPkt.Daemon.Management;

/// <summary>The log's last entries, for sloginfo.</summary>
internal sealed class LogRequests(LogRing ring) : IOperationGroup
{
    /// <summary>QNX's code for the network: _SLOGC_NETWORK.</summary>
    private const int Major = 14;

    public void Register(OperationTable table)
    {
        table.Add(ManagementOperations.Log, query => Task.FromResult(Read(query)));
        table.Add(ManagementOperations.ClearLog, _ => Task.FromResult(Clear()));
    }

    private LogEntries Read(LogQuery query)
    {
        (IReadOnlyList<LogEntry> entries, long position) = ring.Read(query.After);
        return new LogEntries([.. entries.Select(e => new LogEntryInfo(e.Time, e.Severity, Major, 0, e.Text))], position);
    }

    private NoResult Clear()
    {
        ring.Clear();
        return new NoResult();
    }
}
