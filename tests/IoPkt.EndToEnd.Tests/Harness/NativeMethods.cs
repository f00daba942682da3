using System.Runtime.InteropServices;

namespace IoPkt.EndToEnd.Tests.Harness;

internal static partial class NativeMethods
{
    public const int Terminate = 15;
    public const int Interrupt = 2;
    public const int HangUp = 1;
    public const int KillNow = 9;

    public static void Kill(int process, int signal) => _ = kill(process, signal);

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int kill(int process, int signal);
}
