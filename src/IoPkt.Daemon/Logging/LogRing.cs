using Serilog.Core;
using Serilog.Events;

namespace IoPkt.Daemon.Logging;

/// <summary>One entry as it's kept in memory: text, and nothing that would keep a driver's types alive.</summary>
/// <param name="Severity">QNX's: 1 critical, 2 error, 3 warning, 4 notice, 5 information, 6 and 7 debugging.</param>
/// <param name="Text">One line.</param>
internal sealed record LogEntry(DateTimeOffset Time, int Severity, string Text);

/// <summary>The log's last entries, in memory: what sloginfo reads. It takes no more than <see cref="Capacity"/> lines of <see cref="LongestText"/> characters.</summary>
internal sealed class LogRing : ILogEventSink
{
    public const int Capacity = 1024;

    public const int LongestText = 1000;

    private readonly Lock _lock = new();
    private readonly LogEntry[] _entries = new LogEntry[Capacity];
    private long _first;
    private long _next;

    public void Emit(LogEvent logEvent)
    {
        LogEntry entry = new(logEvent.Timestamp, Severity(logEvent.Level), Line(logEvent));
        lock (_lock)
        {
            _entries[_next++ % Capacity] = entry;
            _first = Math.Max(_first, _next - Capacity);
        }
    }

    /// <param name="after">The position that an earlier call returned, or 0 for everything that is still there.</param>
    /// <returns>The entries since then, oldest first, and the position after them.</returns>
    public (IReadOnlyList<LogEntry> Entries, long Position) Read(long after)
    {
        lock (_lock)
        {
            List<LogEntry> entries = [];
            for (long i = Math.Max(after, _first); i < _next; i++)
                entries.Add(_entries[i % Capacity]);
            return (entries, _next);
        }
    }

    /// <summary>Forgets everything; positions stay valid.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _first = _next;
            Array.Clear(_entries);
        }
    }

    private static int Severity(LogEventLevel level) => level switch
    {
        LogEventLevel.Fatal => 1,
        LogEventLevel.Error => 2,
        LogEventLevel.Warning => 3,
        LogEventLevel.Information => 5,
        LogEventLevel.Debug => 6,
        _ => 7,
    };

    /// <summary>Stack traces are for the host's log.</summary>
    private static string Line(LogEvent logEvent)
    {
        string text = LogText.Render(logEvent);
        if (logEvent.Exception is { } exception)
            text += $": {exception.GetType().Name}: {exception.Message}";
        text = text.ReplaceLineEndings(" ");
        return text.Length <= LongestText ? text : text[..LongestText];
    }
}
