using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Win32.SafeHandles;

namespace IoPkt.Daemon.Hosting;

/// <summary>
/// A file that one living process owns. The lock is the kernel's (flock), so a daemon that died, however it died, owns nothing; the file's text says who it is, for people.
/// </summary>
internal sealed partial class LockFile : IDisposable
{
    private const int Attempts = 100;

    private readonly string _path;
    private readonly FileStream _stream;

    private LockFile(string path, FileStream stream, string inherited)
    {
        _path = path;
        _stream = stream;
        Inherited = inherited;
    }

    /// <summary>What a process that died left in it; empty: nothing.</summary>
    public string Inherited { get; }

    public string Path => _path;

    public int Descriptor => (int)_stream.SafeFileHandle.DangerousGetHandle();

    /// <summary>Takes the lock, or says who has it. A daemon that has just died may be being cleaned up after: that is waited for.</summary>
    /// <param name="path">The file; its folder exists.</param>
    /// <param name="text">What to leave in it.</param>
    /// <param name="owner">The text of the process that has it, when the result is <c>null</c>.</param>
    /// <exception cref="IOException">The file can't be made.</exception>
    public static LockFile? TryTake(string path, string text, out string owner)
    {
        owner = "";
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            FileStream stream = Open(path);
            bool isTaken = Native.LibC.Lock(stream.SafeFileHandle, Native.LibC.LOCK_EX | Native.LibC.LOCK_NB) != 0;
            string found = Read(stream);
            if (isTaken)
            {
                stream.Dispose();
                owner = found;
                if (attempt < Attempts / 2 && IsDead(owner))
                {
                    Thread.Sleep(20);
                    continue;
                }
                return null;
            }
            // Its last owner may have deleted it between our open and our lock: then we have locked a file that nobody else will find.
            if (IsDeleted(stream))
            {
                stream.Dispose();
                continue;
            }
            LockFile taken = new(path, stream, found);
            taken.Write(text);
            return taken;
        }
        throw new IOException($"{path} is deleted again and again");
    }

    /// <summary>Leaves another text in it.</summary>
    public void Write(string text)
    {
        _stream.SetLength(0);
        _stream.Write(Encoding.UTF8.GetBytes(text + "\n"));
        _stream.Flush();
    }

    public void Dispose()
    {
        // Before unlocking: once it's unlocked it may be somebody else's.
        try
        {
            File.Delete(_path);
        }
        catch (UnauthorizedAccessException)
        {
            // We were somebody else when we made it (-U). It's only a file: what counts is the lock.
        }
        catch (DirectoryNotFoundException)
        {
            // Somebody has deleted all of it.
        }
        _stream.Dispose();
    }

    /// <summary>Not by <see cref="FileStream"/> itself: it has its own ideas of locking, and follows a link that somebody may have left in a shared folder.</summary>
    private static FileStream Open(string path)
    {
        int flags = Native.LibC.O_RDWR | Native.LibC.O_CREAT | Native.LibC.O_CLOEXEC | Native.LibC.O_NOFOLLOW;
        SafeFileHandle handle = Native.LibC.Open(path, flags, 0b110_100_100);
        if (!handle.IsInvalid)
            return new FileStream(handle, FileAccess.ReadWrite);
        string reason = Marshal.GetLastPInvokeErrorMessage();
        handle.Dispose();
        throw new IOException($"{path}: {reason}.");
    }

    private static string Read(FileStream stream)
    {
        using StreamReader reader = new(stream, leaveOpen: true);
        return reader.ReadToEnd().Trim();
    }

    /// <summary>The text names the process.</summary>
    private static bool IsDead(string owner) => Process().Match(owner) is { Success: true } named && !Directory.Exists("/proc/" + named.Groups[1].Value);

    [GeneratedRegex(@"process (\d+)")]
    private static partial Regex Process();

    private static bool IsDeleted(FileStream stream)
    {
        string link = $"/proc/self/fd/{stream.SafeFileHandle.DangerousGetHandle()}";
        return new FileInfo(link).LinkTarget?.EndsWith(" (deleted)", StringComparison.Ordinal) ?? false;
    }
}
