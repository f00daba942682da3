using System.ComponentModel;
using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace IoPkt.Daemon.Hosting;

/// <summary>
/// Cleans up after a daemon that dies of a fault: takes its names out of the prefix, so that programs see at once that there's no stack. It's a shell that waits at the end of
/// a pipe. Whatever kills the daemon (a fault in native code, an abort, SIGKILL) ends the pipe, and nothing of the dying process is needed for it: no handler, which could only
/// do what's safe in a signal, and which the runtime's own handler would stand before. The core dump is made as ever, and the host closes the rest: TAP devices, captures, clients'
/// sockets.
/// </summary>
/// <remarks>It has copies of the daemon's locks, so that nobody takes over the prefix before it's done.</remarks>
internal sealed partial class Guardian : IDisposable
{
    /// <summary>Names come in on standard input, then "end" if all is well.</summary>
    private const string Script = """
        exec >/dev/null 2>&1
        trap '' HUP INT QUIT TERM
        folders= entries=/nonexistent
        while IFS= read -r line; do
            case $line in
            end) exit 0 ;;
            "file "*) set -- "$@" "${line#file }" ;;
            "entries "*) entries=${line#entries } ;;
            "folder "*) folders="$folders${line#folder }
        " ;;
            esac
        done
        rm -f -- "$@" "$entries"/*
        rmdir -- "$entries"
        IFS='
        '
        for folder in $folders; do rmdir -- "$folder"; done
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Process _shell;

    private Guardian(Process shell) => _shell = shell;

    /// <summary>Starts one.</summary>
    /// <param name="files">What to delete; descriptors of locks among them stay open in it.</param>
    /// <param name="folders">What to delete if it's empty then, in this order.</param>
    /// <param name="entries">A folder whose files, too, are the daemon's own.</param>
    /// <param name="locks">Descriptors that it's to have, too.</param>
    /// <returns><c>null</c>: the host has no shell; that's logged.</returns>
    public static Guardian? Start(IEnumerable<string> files, IEnumerable<string> folders, string entries, IReadOnlyList<int> locks, ILogger logger)
    {
        ProcessStartInfo start = new("/bin/sh", ["-c", Script, "io-pkt-guardian"]) { RedirectStandardInput = true, WorkingDirectory = "/" };
        Process shell;
        foreach (int descriptor in locks)
            _ = Native.LibC.Control(descriptor, Native.LibC.F_SETFD, 0);
        try
        {
            shell = Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            LogNone(logger, e.Message);
            return null;
        }
        finally
        {
            foreach (int descriptor in locks)
                _ = Native.LibC.Control(descriptor, Native.LibC.F_SETFD, Native.LibC.FD_CLOEXEC);
        }
        foreach (string file in files)
            shell.StandardInput.Write($"file {file}\n");
        shell.StandardInput.Write($"entries {entries}\n");
        foreach (string folder in folders)
            shell.StandardInput.Write($"folder {folder}\n");
        shell.StandardInput.Flush();
        return new Guardian(shell);
    }

    /// <summary>The daemon stops in order: there's nothing to clean up.</summary>
    public void Dispose()
    {
        try
        {
            _shell.StandardInput.Write("end\n");
            _shell.StandardInput.Close();
            _shell.WaitForExit(Patience);
        }
        catch (IOException)
        {
            // Somebody has killed it.
        }
        _shell.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "there's no /bin/sh ({Reason}): if the daemon dies of a fault, its names stay until the next start")]
    private static partial void LogNone(ILogger logger, string reason);
}
