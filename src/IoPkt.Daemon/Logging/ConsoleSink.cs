using Serilog.Core;
using Serilog.Events;

namespace IoPkt.Daemon.Logging;

/// <summary>Entries for the person at the console: one line each, as programs complain. Stack traces are for the log.</summary>
internal sealed class ConsoleSink(string program, TextWriter console, LogEventLevel minimum) : ILogEventSink
{
    public void Emit(LogEvent logEvent)
    {
        if (logEvent.Level < minimum)
            return;
        string severity = logEvent.Level switch
        {
            LogEventLevel.Fatal or LogEventLevel.Error => "error: ",
            LogEventLevel.Warning => "warning: ",
            _ => "",
        };
        string cause = logEvent.Exception is { } exception ? $": {exception.GetType().Name}: {exception.Message}" : "";
        console.WriteLine($"{program}: {severity}{LogText.Render(logEvent)}{cause}");
        console.Flush();
    }
}
