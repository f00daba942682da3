using System.Globalization;
using System.Text.RegularExpressions;

namespace IoPkt.Daemon.Hosting;

/// <summary>
/// The folder of this stack's socket entries, <c>&lt;prefix&gt;/dev/socket</c>: made, and kept for this daemon alone, until it's disposed of. Entries of a daemon that
/// died are left for their services to replace. Folders that we made, or such a daemon before us, go when we do, if they're empty: the lock's text says how many.
/// </summary>
internal sealed partial class PrefixFolder : IDisposable
{
    private const string LockName = ".io-pkt.lock";

    private readonly List<string> _created = [];
    private readonly string _folder;
    private LockFile? _lock;

    /// <exception cref="StartupException">It can't be made, or another daemon has it.</exception>
    public PrefixFolder(DaemonOptions options)
    {
        string folder = _folder = options.SocketFolder;
        try
        {
            Create(folder);
            string owned = FormattableString.Invariant($"{options.Program} process {Environment.ProcessId}");
            _lock = LockFile.TryTake(Path.Combine(folder, LockName), owned, out string owner)
                ?? throw new StartupException($"prefix {(options.Prefix.Length == 0 ? "\"\" (none)" : options.Prefix)} is in use by {owner.Split('\n')[0]}; "
                    + "choose another: -p tcpip prefix=/other");
            Inherit(folder, _lock.Inherited);
            _lock.Write(FormattableString.Invariant($"{owned}\n{_created.Count} folders made"));
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

    /// <summary><c>&lt;prefix&gt;/dev/socket</c></summary>
    public string Folder => _folder;

    /// <summary>The folders that weren't there before, outermost first.</summary>
    public IReadOnlyList<string> Created => _created;

    public LockFile Lock => _lock ?? throw new ObjectDisposedException(nameof(PrefixFolder));

    public void Dispose()
    {
        _lock?.Dispose();
        _lock = null;
        RemoveCreated();
    }

    /// <summary>Whoever the daemon becomes can take away what it made, as far as that's in folders of its own.</summary>
    public void GiveTo(UserIdentity user)
    {
        foreach (string path in _created.Concat(Directory.EnumerateFiles(_folder)))
            _ = Native.LibC.ChangeOwner(path, user.User, user.Group);
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

    /// <summary>Takes over the folders that a daemon which died had made: so many, from the innermost outwards.</summary>
    private void Inherit(string folder, string text)
    {
        // Most often there's none, and making the first regular expression of a process takes some milliseconds of the start.
        if (text.Length == 0 || _created.Count > 0)
            return;
        Match made = FoldersMade().Match(text);
        if (!made.Success)
            return;
        string? at = folder;
        for (int left = int.Parse(made.Groups[1].Value, CultureInfo.InvariantCulture); left > 0 && at is { Length: > 1 }; left--)
        {
            _created.Insert(0, at);
            at = Path.GetDirectoryName(at);
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

    [GeneratedRegex(@"^(\d{1,3}) folders made$", RegexOptions.Multiline)]
    private static partial Regex FoldersMade();
}
