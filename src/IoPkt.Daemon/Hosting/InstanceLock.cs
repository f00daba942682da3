using IoPkt.Wire.Instances;

namespace IoPkt.Daemon.Hosting;

/// <summary>
/// The number of <c>-i</c>, for this daemon alone among those of its network namespace, where the names that hold it (TAP devices) would collide. The lock's file is its
/// entry in the registry of running daemons.
/// </summary>
internal sealed class InstanceLock : IDisposable
{
    private readonly LockFile _lock;

    /// <exception cref="StartupException">Another daemon has the number, or there's no folder to note it in.</exception>
    public InstanceLock(DaemonOptions options)
    {
        InstanceEntry entry = new(options.Program, Environment.ProcessId, options.Prefix);
        List<string> refused = [];
        foreach (string folder in InstanceRegistry.Folders)
        {
            try
            {
                Directory.CreateDirectory(folder);
                _lock = LockFile.TryTake(Path.Combine(folder, InstanceRegistry.FileName(options.Instance)), entry.ToString(), out string owner)
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

    public LockFile Lock => _lock;

    public void Dispose() => _lock.Dispose();
}
