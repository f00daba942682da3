namespace IoPkt.Daemon.Interfaces;

/// <summary>
/// The entries of legacy drivers' interfaces in the name space, <c>&lt;prefix&gt;/dev/io-net/en0</c>: start-up scripts wait for them, and <c>umount</c> takes them. An entry is a
/// file with one line on the interface.
/// </summary>
internal sealed class InterfaceEntries(string prefix)
{
    private readonly string _folder = prefix + "/dev/io-net";
    private readonly Lock _lock = new();
    private readonly HashSet<string> _names = [];
    private bool _isClean;

    /// <exception cref="IOException">It can't be made.</exception>
    public void Add(string name, string text)
    {
        lock (_lock)
        {
            Clean();
            Directory.CreateDirectory(_folder);
            File.WriteAllText(Path.Combine(_folder, name), text + "\n");
            _names.Add(name);
        }
    }

    /// <summary>The folder goes with its last entry.</summary>
    public void Remove(string name)
    {
        lock (_lock)
        {
            if (!_names.Remove(name))
                return;
            File.Delete(Path.Combine(_folder, name));
            if (_names.Count == 0 && !Directory.EnumerateFileSystemEntries(_folder).Any())
                Directory.Delete(_folder);
        }
    }

    /// <summary>What a daemon that was killed has left: the prefix is ours alone.</summary>
    private void Clean()
    {
        if (_isClean)
            return;
        _isClean = true;
        if (!Directory.Exists(_folder))
            return;
        foreach (string stale in Directory.EnumerateFiles(_folder))
            File.Delete(stale);
    }
}
