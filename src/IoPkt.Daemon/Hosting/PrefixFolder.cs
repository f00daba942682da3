namespace IoPkt.Daemon.Hosting;

/// <summary>
/// The folder of this stack's socket entries, <c>&lt;prefix&gt;/dev/socket</c>: made, and kept for this daemon alone, until it's disposed of. Entries of a daemon that
/// died are left for their services to replace; folders that we made, and that are empty, go when we do.
/// </summary>
internal sealed class PrefixFolder : IDisposable
{
    private const string LockName = ".io-pkt.lock";

    private readonly List<string> _created = [];
    private LockFile? _lock;

    /// <exception cref="StartupException">It can't be made, or another daemon has it.</exception>
    public PrefixFolder(DaemonOptions options)
    {
        string folder = options.SocketFolder;
        try
        {
            Create(folder);
            _lock = LockFile.TryTake(Path.Combine(folder, LockName), $"{options.Program} process {Environment.ProcessId}", out string owner)
                ?? throw new StartupException($"prefix {(options.Prefix.Length == 0 ? "\"\" (none)" : options.Prefix)} is in use by {owner}; "
                    + "choose another: -p tcpip prefix=/other");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            RemoveCreated();
            string mine = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } runtime ? runtime : "/tmp";
            throw new StartupException($"can't create {folder}: {e.Message} Run as root, or choose a prefix that you may write to: -p tcpip prefix={mine}/net", e);
        }
        catch
        {
            RemoveCreated();
            throw;
        }
    }

    public void Dispose()
    {
        _lock?.Dispose();
        _lock = null;
        RemoveCreated();
    }

    /// <summary>Every client may look for its entry here, whatever the daemon's umask; who may do what is checked at the sockets.</summary>
    private void Create(string folder)
    {
        Stack<string> missing = new();
        for (string? f = folder; f is not null && !Directory.Exists(f); f = Path.GetDirectoryName(f))
            missing.Push(f);
        foreach (string f in missing)
        {
            Directory.CreateDirectory(f);
            _created.Add(f);
            File.SetUnixFileMode(f, (UnixFileMode)0b111_101_101);
        }
    }

    private void RemoveCreated()
    {
        for (int i = _created.Count - 1; i >= 0; i--)
        {
            try
            {
                Directory.Delete(_created[i]);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Somebody else has put something there.
                return;
            }
        }
        _created.Clear();
    }
}
