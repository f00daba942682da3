using System.Diagnostics;
using System.Reflection;
using Spectre.Console;

namespace IoPkt.Quickstart;

/// <summary>Runs the install tree's programs, and shows each command as a person would type it.</summary>
internal sealed class Shell(string prefix)
{
    private static readonly string s_root = typeof(Shell).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == "InstallRoot").Value!;

    public string Prefix => prefix;

    /// <summary>Whether unmodified programs can run over the stack here: the preload library needed a C compiler.</summary>
    public static bool CanPreload => File.Exists(Path.Combine(s_root, "lib", "libsocket.so"));

    public static bool Has(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(p => File.Exists(Path.Combine(p, program)));

    public static void Say(string text)
    {
        AnsiConsole.WriteLine();
        AnsiConsole.MarkupLineInterpolated($"[bold]{text}[/]");
    }

    /// <summary>In one line, however long, so that it can be copied.</summary>
    public static void ShowCommand(string command) => Console.WriteLine(AnsiConsole.Profile.Capabilities.Ansi ? $"\e[32m$ {command}\e[0m" : $"$ {command}");

    /// <summary>A program that has to succeed.</summary>
    public void Run(string program, params string[] arguments) => Finish(Start("sbin", program, arguments));

    /// <summary>A tool, with SOCK naming the stack.</summary>
    public void RunOnStack(string tool, params string[] arguments) => Finish(Start("bin", tool, arguments));

    public Process StartOnStack(string tool, params string[] arguments) => Start("bin", tool, arguments);

    public static void Finish(Process process)
    {
        using (process)
        {
            process.WaitForExit();
            if (process.ExitCode != 0)
                throw new StepFailedException($"{process.StartInfo.FileName} ended with exit code {process.ExitCode}");
        }
    }

    /// <summary>An orderly end, as for any daemon: SIGTERM, and nothing is left.</summary>
    public void StopDaemon()
    {
        foreach (Process daemon in Process.GetProcessesByName("io-pkt-v4"))
        {
            using (daemon)
            {
                if (!CommandLineOf(daemon).Contains(prefix, StringComparison.Ordinal))
                    continue;
                AnsiConsole.WriteLine();
                ShowCommand($"kill {daemon.Id}");
                using Process kill = Process.Start("kill", daemon.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
                kill.WaitForExit();
                if (!daemon.WaitForExit(TimeSpan.FromSeconds(10)))
                    daemon.Kill();
            }
        }
    }

    /// <summary>Nothing, if it has ended meanwhile: somebody else's daemon may.</summary>
    private static string CommandLineOf(Process process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process.Id}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }

    private Process Start(string folder, string program, string[] arguments)
    {
        string environment = folder == "bin" ? $"SOCK={prefix} " : "";
        ShowCommand($"{environment}{program} {string.Join(' ', arguments)}");
        ProcessStartInfo start = new(Path.Combine(s_root, folder, program), arguments);
        start.Environment["SOCK"] = prefix;
        return Process.Start(start)!;
    }
}
