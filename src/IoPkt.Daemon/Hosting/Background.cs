using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace IoPkt.Daemon.Hosting;

/// <summary>
/// Going to the background. A .NET process can't fork, so the program that the user started starts itself again and waits on a pipe: one byte says that the daemon
/// serves clients, and the end of the pipe without one that it has failed, having said why on the standard error that both share.
/// </summary>
internal sealed class Background
{
    private const string Variable = "IOPKT_READY_DESCRIPTOR";

    private int _ready;

    private Background(int ready) => _ready = ready;

    /// <summary>For the program that the user started: runs the daemon, and returns when it's ready or has failed.</summary>
    /// <returns>The exit code.</returns>
    public static int Launch(IReadOnlyList<string> arguments)
    {
        Span<int> ends = stackalloc int[2];
        if (Native.LibC.Pipe(ends) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError(), "pipe");
        using SafeFileHandle reading = new(ends[0], ownsHandle: true);
        using SafeFileHandle writing = new(ends[1], ownsHandle: true);
        // A daemon keeps nothing open that it doesn't know of: whoever waits for the end of a pipe would wait for the daemon's.
        foreach ((int descriptor, _) in OpenDescriptors())
        {
            if (descriptor > 2 && descriptor != ends[1])
                _ = Native.LibC.Control(descriptor, Native.LibC.F_SETFD, Native.LibC.FD_CLOEXEC);
        }
        ProcessStartInfo start = new(Environment.ProcessPath!) { UseShellExecute = false };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
            start.ArgumentList.Add(Environment.GetCommandLineArgs()[0]);
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment[Variable] = ends[1].ToString(CultureInfo.InvariantCulture);
        using Process daemon = Process.Start(start)!;
        writing.Dispose();
        if (WaitForByte(reading))
            return ExitCodes.Success;
        daemon.WaitForExit();
        // It was told to stop before it was ready.
        return daemon.ExitCode == ExitCodes.Success ? ExitCodes.Failure : daemon.ExitCode;
    }

    /// <summary>For the daemon: whether it was started by <see cref="Launch"/>. If so it leaves the terminal's session at once.</summary>
    public static Background? Enter()
    {
        if (!int.TryParse(Environment.GetEnvironmentVariable(Variable), NumberStyles.None, CultureInfo.InvariantCulture, out int ready))
            return null;
        Environment.SetEnvironmentVariable(Variable, null);
        _ = Native.LibC.Control(ready, Native.LibC.F_SETFD, Native.LibC.FD_CLOEXEC);
        _ = Native.LibC.CreateSession();
        return new Background(ready);
    }

    /// <summary>The daemon serves clients: gives the user the prompt back, and lets go of the terminal and of the working folder.</summary>
    /// <param name="keepErrors">Standard error stays (<c>-v</c>).</param>
    public void Ready(bool keepErrors)
    {
        if (_ready < 0)
            return;
        ReleaseTerminal(keepErrors);
        Directory.SetCurrentDirectory("/");
        using SafeFileHandle pipe = new(_ready, ownsHandle: true);
        _ready = -1;
        // If whoever started us didn't wait, we serve all the same.
        _ = Native.LibC.Write(pipe, [1], 1);
    }

    /// <summary>Not 0, 1 and 2 alone: the runtime has copies of them, and a copy holds a pipe or a terminal open, too.</summary>
    private static void ReleaseTerminal(bool keepErrors)
    {
        using SafeFileHandle nothing = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        List<(int Descriptor, string Target)> standard = OpenDescriptors().FindAll(d => d.Descriptor <= 2);
        HashSet<string> released = [.. standard.Select(d => d.Target)];
        if (keepErrors)
            released.ExceptWith(standard.Where(d => d.Descriptor == 2).Select(d => d.Target));
        // These first: a copy that another thread makes from now on is one of nothing, and those that were made before are found then.
        Release(standard);
        Release(OpenDescriptors());

        void Release(List<(int Descriptor, string Target)> open)
        {
            foreach ((int descriptor, string target) in open)
            {
                if (released.Contains(target))
                    _ = Native.LibC.Duplicate(nothing, descriptor);
            }
        }
    }

    private static List<(int Descriptor, string Target)> OpenDescriptors()
    {
        List<(int, string)> open = [];
        foreach (FileInfo entry in new DirectoryInfo("/proc/self/fd").EnumerateFiles())
        {
            if (entry.LinkTarget is { } target)
                open.Add((int.Parse(entry.Name, CultureInfo.InvariantCulture), target));
        }
        return open;
    }

    private static bool WaitForByte(SafeFileHandle pipe)
    {
        Span<byte> answer = stackalloc byte[1];
        for (; ; )
        {
            nint count = Native.LibC.Read(pipe, answer, 1);
            if (count >= 0 || Marshal.GetLastPInvokeError() != Native.LibC.EINTR)
                return count == 1;
        }
    }
}
