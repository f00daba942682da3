using System.Runtime.InteropServices;

namespace IoPkt.Daemon.Hosting.Native;

/// <summary>The host's calls behind going to the background and being alone.</summary>
internal static partial class LibC
{
    public const int EINTR = 4;
    public const int LOCK_EX = 2;
    public const int LOCK_NB = 4;
    public const int F_SETFD = 2;
    public const int FD_CLOEXEC = 1;

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    public static partial int Lock(SafeHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "setsid", SetLastError = true)]
    public static partial int CreateSession();

    [LibraryImport("libc", EntryPoint = "pipe", SetLastError = true)]
    public static partial int Pipe(Span<int> ends);

    [LibraryImport("libc", EntryPoint = "dup2", SetLastError = true)]
    public static partial int Duplicate(SafeHandle from, int to);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int Control(int descriptor, int command, int argument);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(SafeHandle from, Span<byte> buffer, nint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(SafeHandle to, ReadOnlySpan<byte> buffer, nint count);
}
