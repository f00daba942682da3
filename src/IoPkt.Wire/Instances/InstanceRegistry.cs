using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace IoPkt.Wire.Instances;

/// <summary>
/// Where running daemons are noted by the number of <c>-i</c>: a file each, which the daemon keeps locked. Numbers are unique in a network namespace, so its identity is
/// part of the file's name. By it <c>mount -T io-pkt1</c> finds the prefix of instance 1.
/// </summary>
public static partial class InstanceRegistry
{
    private const int ReadOnly = 0, NonBlocking = 0x800, NoFollow = 0x20000, CloseOnExec = 0x80000;

    /// <summary>Where a daemon may note itself, the best place first: the system's folder; a user's own; and where neither can be written, as in a user namespace, a folder in /tmp.</summary>
    public static IEnumerable<string> Folders
    {
        get
        {
            yield return "/run/io-pkt";
            if (Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } runtime)
                yield return Path.Combine(runtime, "io-pkt");
            yield return Path.Combine(Path.GetTempPath(), "io-pkt-" + Environment.UserName);
        }
    }

    /// <summary>The name of an instance's file, for daemons in this process's network namespace.</summary>
    public static string FileName(int instance) => NetworkNamespace() + Suffix(instance);

    /// <summary>
    /// The living daemons of that number: those of this network namespace, or, when it has none, those of all others. More than one can only be in different namespaces.
    /// </summary>
    public static IReadOnlyList<InstanceEntry> Find(int instance)
    {
        List<string> folders = [.. Folders.Concat(OtherUsersFolders()).Distinct()];
        string here = FileName(instance);
        if (folders.Select(f => Read(Path.Combine(f, here))).OfType<InstanceEntry>().FirstOrDefault() is { } found)
            return [found];
        return [.. folders.SelectMany(f => Files(f, "*" + Suffix(instance))).Select(Read).OfType<InstanceEntry>()];
    }

    private static string Suffix(int instance) => string.Create(CultureInfo.InvariantCulture, $"-{instance}");

    /// <summary>"net:[4026531840]" without its punctuation.</summary>
    private static string NetworkNamespace()
    {
        string? link = new FileInfo("/proc/self/ns/net").LinkTarget;
        return link is null ? "net" : "net" + string.Concat(link.Where(char.IsAsciiDigit));
    }

    /// <summary>The administrator configures the users' daemons, too.</summary>
    private static IEnumerable<string> OtherUsersFolders() => Environment.IsPrivilegedProcess
        ? [.. Subfolders("/run/user", "*").Select(f => Path.Combine(f, "io-pkt")), .. Subfolders(Path.GetTempPath(), "io-pkt-*")]
        : [];

    private static InstanceEntry? Read(string file)
    {
        // Not by the framework, which takes a shared lock of every file that it reads: the daemon's own lock excludes that.
        using SafeFileHandle handle = Open(file, ReadOnly | NonBlocking | NoFollow | CloseOnExec);
        if (handle.IsInvalid)
            return null;
        using StreamReader reader = new(new FileStream(handle, FileAccess.Read));
        // A file outlives a daemon that was killed; the number of its process doesn't.
        return InstanceEntry.TryParse(reader.ReadToEnd(), out InstanceEntry? entry) && Directory.Exists($"/proc/{entry.ProcessId}") ? entry : null;
    }

    private static string[] Files(string folder, string pattern) => List(() => Directory.GetFiles(folder, pattern));

    private static string[] Subfolders(string folder, string pattern) => List(() => Directory.GetDirectories(folder, pattern));

    private static string[] List(Func<string[]> list)
    {
        try
        {
            return list();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags);
}
