using Xunit;

namespace IoPkt.EndToEnd.Tests.Harness;

/// <summary>A program of the family without interfaces but lo0, in a folder of its own: for what needs no packets of a driver's.</summary>
internal sealed class RunningDaemon : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;

    private RunningDaemon(DirectoryInfo folder, Command process)
    {
        _folder = folder;
        Process = process;
    }

    public Command Process { get; }

    public string Folder => _folder.FullName;

    public string Prefix => Path.Combine(Folder, "alt");

    public string Entry => Path.Combine(Prefix, "dev/socket/2");

    /// <param name="options">Besides <c>--foreground -p tcpip prefix=…</c>.</param>
    /// <param name="tcpip">After the prefix, with a leading comma.</param>
    /// <param name="wrapper">A command that runs it: "unshare --uts".</param>
    /// <param name="program">Which variant.</param>
    public static async Task<RunningDaemon> StartAsync(string[] options, string tcpip, string[]? wrapper = null, string program = "io-pkt-v4")
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("io-pkt-test-");
        File.SetUnixFileMode(folder.FullName, (UnixFileMode)0b111_101_101);
        string prefix = Path.Combine(folder.FullName, "alt");
        // An instance of its own number: other tests' daemons may be in this network namespace.
        int instance = 100 + Random.Shared.Next(9000);
        Command process = Command.Start(null,
            [.. wrapper ?? [], Installation.Program(program), "--foreground", $"-i{instance}", .. options, "-p", "tcpip", $"prefix={prefix}{tcpip}"]);
        RunningDaemon daemon = new(folder, process);
        try
        {
            await StackUnderTest.EventuallyAsync(async () =>
            {
                Assert.False(process.HasExited, $"{program} ended: {process.Error}");
                return (File.Exists(daemon.Entry) && (await daemon.ToolAsync("sysctl", "kern.hostname")).ExitCode == 0, process.Error);
            });
        }
        catch
        {
            process.Dispose();
            folder.Delete(recursive: true);
            throw;
        }
        return daemon;
    }

    public Task<Outcome> ToolAsync(string name, params string[] arguments) => ToolAsync([Installation.Tool(name), .. arguments]);

    public Task<Outcome> ToolAsync(params string[] commandLine) =>
        Command.RunAsync(TimeSpan.FromSeconds(30), new Dictionary<string, string?> { ["SOCK"] = Prefix }, commandLine);

    public async Task<string> SysctlAsync(string name) => (await ToolAsync("sysctl", "-n", name)).Succeeded().Trim();

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (Process.HasExited)
                return;
            Process.Signal(NativeMethods.Terminate);
            Outcome end = await Process.WaitAsync(TimeSpan.FromSeconds(20));
            Assert.True(end.ExitCode == 0, $"{end.CommandLine} ended with {end.ExitCode}: {end.Error}");
            Assert.False(File.Exists(Entry), $"{Entry} was left behind");
        }
        finally
        {
            Process.Dispose();
            _folder.Delete(recursive: true);
        }
    }
}
