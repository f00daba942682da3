namespace IoPkt.Daemon.Hosting;

/// <summary>
/// The number of <c>-i</c>, for this daemon alone among those of its network namespace, where the names that hold it (TAP devices) would collide.
/// </summary>
internal sealed class InstanceLock : IDisposable
{
    private readonly LockFile _lock;

    /// <exception cref="StartupException">Another daemon has the number, or there's no folder to note it in.</exception>
    public InstanceLock(DaemonOptions options)
    {
        string name = FormattableString.Invariant($"{NetworkNamespace()}-{options.Instance}");
        string text = $"{options.Program} process {Environment.ProcessId} prefix {options.Prefix}";
        List<string> refused = [];
        foreach (string folder in Folders())
        {
            try
            {
                Directory.CreateDirectory(folder);
                _lock = LockFile.TryTake(Path.Combine(folder, name), text, out string owner)
                    ?? throw new StartupException($"instance {options.Instance} is already running: {owner}; choose another number: -i {options.Instance + 1}");
                return;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                refused.Add(e.Message);
            }
        }
        throw new StartupException("no folder for the instance's lock: " + string.Join(' ', refused));
    }

    public void Dispose() => _lock.Dispose();

    /// <summary>Where locks are: the system's folder; a user's own; and where neither can be written, as in a user namespace, a folder in /tmp.</summary>
    private static IEnumerable<string> Folders()
    {
        yield return "/run/io-pkt";
        if (Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } runtime)
            yield return Path.Combine(runtime, "io-pkt");
        yield return Path.Combine(Path.GetTempPath(), "io-pkt-" + Environment.UserName);
    }

    /// <summary>"net:[4026531840]" without its punctuation.</summary>
    private static string NetworkNamespace()
    {
        string? link = new FileInfo("/proc/self/ns/net").LinkTarget;
        return link is null ? "net" : "net" + string.Concat(link.Where(char.IsAsciiDigit));
    }
}
