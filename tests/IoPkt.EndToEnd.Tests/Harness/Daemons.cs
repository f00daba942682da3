using System.Globalization;
using Xunit;

namespace IoPkt.EndToEnd.Tests.Harness;

/// <summary>Daemons in one network namespace.</summary>
internal sealed class Daemons : IAsyncDisposable
{
    private readonly Dictionary<int, Command> _running = [];
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("io-pkt-test-");

    private Daemons(NetworkNamespace network)
    {
        Network = network;
        // Other users' programs reach the prefixes through this folder.
        File.SetUnixFileMode(Folder, (UnixFileMode)0b111_101_101);
    }

    public NetworkNamespace Network { get; }

    public string Folder => _folder.FullName;

    public Dictionary<string, string?> Environment { get; } = new() { ["IOPKT_LIBRARY_PATH"] = Installation.TestModules, ["LD_PRELOAD"] = null };

    public static async Task<Daemons> CreateAsync()
    {
        Requires.Tap();
        return new Daemons(await NetworkNamespace.CreateAsync());
    }

    /// <param name="instance">The number of <c>-i</c>.</param>
    /// <param name="interfaces">What is to be there before the test goes on; <c>null</c>: tap0 at least.</param>
    /// <param name="arguments">The drivers and protocols.</param>
    /// <returns>Its prefix, where it serves.</returns>
    public async Task<string> StartAsync(int instance, string? interfaces, params string[] arguments)
    {
        string prefix = Path.Combine(Folder, instance.ToString(CultureInfo.InvariantCulture));
        Command daemon = Network.Start(Environment, [Installation.Daemon, "--foreground", "-v", $"-i{instance}", .. arguments, "-p", "tcpip", $"prefix={prefix}"]);
        _running.Add(instance, daemon);
        await StackUnderTest.EventuallyAsync(async () =>
        {
            Assert.False(daemon.HasExited, daemon.Error);
            Outcome list = await ToolAsync(prefix, "ifconfig", "-l");
            return (interfaces is null ? list.Output.Contains("tap0", StringComparison.Ordinal) : list.Output.Trim() == interfaces, daemon.Error);
        });
        return prefix;
    }

    public int ProcessId(int instance) => _running[instance].Id;

    /// <summary>A fault in native code (which takes root to plant), and its end. The number is free again.</summary>
    public async Task CrashAsync(int instance)
    {
        Command daemon = _running[instance];
        NativeFault.Plant(daemon.Id);
        // Any request brings a packet thread back to its wait.
        _ = await ToolAsync(Path.Combine(Folder, instance.ToString(CultureInfo.InvariantCulture)), "sysctl", "kern.hostname");
        Assert.Contains((await daemon.WaitAsync(TimeSpan.FromSeconds(60))).ExitCode, (int[])[128 + 11, 128 + 6]);
        _running.Remove(instance);
        daemon.Dispose();
    }

    public string Log(int instance) => _running[instance].Output + _running[instance].Error;

    public Task<Outcome> ToolAsync(string prefix, string name, params string[] arguments) =>
        Network.RunAsync(TimeSpan.FromMinutes(1), new Dictionary<string, string?>(Environment) { ["SOCK"] = prefix }, [Installation.Tool(name), .. arguments]);

    public async ValueTask DisposeAsync()
    {
        try
        {
            foreach (Command daemon in _running.Values)
                daemon.Signal(NativeMethods.Terminate);
            foreach (Command daemon in _running.Values)
                Assert.Equal(0, (await daemon.WaitAsync(TimeSpan.FromSeconds(40))).ExitCode);
            Assert.DoesNotContain(Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories), f => f.Contains("/dev/", StringComparison.Ordinal));
        }
        finally
        {
            foreach (Command daemon in _running.Values)
                daemon.Dispose();
            Network.Dispose();
            _folder.Delete(recursive: true);
        }
    }
}
