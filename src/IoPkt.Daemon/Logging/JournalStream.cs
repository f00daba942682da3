namespace IoPkt.Daemon.Logging;

/// <summary>Whether the standard error is the journal's: systemd says in JOURNAL_STREAM which socket it gave a service.</summary>
internal static class JournalStream
{
    /// <remarks>Then what is written there is in the host's log, and a copy sent to syslog would be there twice.</remarks>
    public static bool IsStandardError
    {
        get
        {
            string[] parts = (Environment.GetEnvironmentVariable("JOURNAL_STREAM") ?? "").Split(':');
            return parts.Length == 2 && new FileInfo("/proc/self/fd/2").LinkTarget == $"socket:[{parts[1]}]";
        }
    }
}
