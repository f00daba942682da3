using System.Globalization;
using IoPkt.Wire.Management;

namespace IoPkt.Tools.Sloginfo;

/// <summary>QNX's columns.</summary>
internal static class EntryFormat
{
    private const string Seconds = "MMM dd HH:mm:ss", Microseconds = Seconds + ".ffffff";

    public static string Header(bool precise) => $"{"Time".PadRight((precise ? Microseconds : Seconds).Length)}  Sev Major Minor Args\n";

    /// <summary>"Jan 01 00:00:01    5    14     0 text"; the time is this host's.</summary>
    public static string Format(LogEntryInfo entry, bool precise)
    {
        string time = entry.Time.ToLocalTime().ToString(precise ? Microseconds : Seconds, CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{time}{entry.Severity,5}{entry.Major,6}{entry.Minor,6} {entry.Text}\n");
    }
}
