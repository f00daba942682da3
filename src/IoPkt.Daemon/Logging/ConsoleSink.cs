using Serilog.Core;
using Serilog.Events;

namespace IoPkt.Daemon.Logging;

/// <summary>Entries for the person at the console: one line each, as programs complain. Stack traces are for the log.</summary>
/// <param name="program">In front of each line.</param>
/// <param name="console">Where to.</param>
/// <param name="minimum">What is less important isn't shown.</param>
/// <param name="isJournal">The console is systemd's journal: it knows the program, and takes the severity as a number in front (sd-daemon(3)).</param>
internal sealed class ConsoleSink(string program, TextWriter console, LogEventLevel minimum, bool isJournal = false) : ILogEventSink
{
    public void Emit(LogEvent logEvent)
    {
        if (logEvent.Level < minimum)
            return;
        string cause = logEvent.Exception is { } exception ? $": {exception.GetType().Name}: {exception.Message}" : "";
        string text = LogText.Render(logEvent) + cause;
        if (isJournal)
            text = $"<{SyslogSink.Severity(logEvent.Level)}>{text.ReplaceLineEndings(" ")}";
        else
            text = $"{program}: {Severity(logEvent.Level)}{text}";
        console.WriteLine(text);
        console.Flush();
    }

    private static string Severity(LogEventLevel level) => level switch
    {
        LogEventLevel.Fatal or LogEventLevel.Error => "error: ",
        LogEventLevel.Warning => "warning: ",
        _ => "",
    };
}
