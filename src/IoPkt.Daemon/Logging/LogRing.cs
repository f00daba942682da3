using Serilog.Core;
using Serilog.Events;

namespace IoPkt.Daemon.Logging;

/// <summary>The log's last entries, in memory: what sloginfo reads.</summary>
internal sealed class LogRing : ILogEventSink
{
    public const int Capacity = 1024;

    private readonly Lock _lock = new();
    private readonly LogEvent?[] _events = new LogEvent?[Capacity];
    private long _next;

    public void Emit(LogEvent logEvent)
    {
        lock (_lock)
            _events[_next++ % Capacity] = logEvent;
    }

    /// <param name="after">The position that an earlier call returned, or 0 for everything that is still there.</param>
    /// <returns>The entries since then, oldest first, and the position after them.</returns>
    public (IReadOnlyList<LogEvent> Events, long Position) Read(long after)
    {
        lock (_lock)
        {
            List<LogEvent> events = [];
            for (long i = Math.Max(after, _next - Capacity); i < _next; i++)
            {
                if (i >= 0)
                    events.Add(_events[i % Capacity]!);
            }
            return (events, _next);
        }
    }
}
