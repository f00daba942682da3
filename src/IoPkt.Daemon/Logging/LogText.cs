using System.Globalization;
using Serilog.Events;
using Serilog.Formatting.Display;

namespace IoPkt.Daemon.Logging;

/// <summary>An entry's message as text: strings without the quotes that a structured log puts round them.</summary>
internal static class LogText
{
    private static readonly MessageTemplateTextFormatter Formatter = new("{Message:lj}", CultureInfo.InvariantCulture);

    public static string Render(LogEvent entry)
    {
        using StringWriter text = new(CultureInfo.InvariantCulture);
        Formatter.Format(entry, text);
        return text.ToString();
    }
}
