using System.Text.RegularExpressions;
using Xunit;

namespace IoPkt.EndToEnd.Tests.Harness;

/// <summary>
/// io-pkt-v4 on a TAP in a namespace of its own, configured as the README says: the stack is 10.1.0.2, the kernel at the other end of the TAP 10.1.0.1.
/// </summary>
internal sealed partial class StackUnderTest : IAsyncDisposable
{
    public const string StackAddress = "10.1.0.2";
    public const string KernelAddress = "10.1.0.1";

    private StackUnderTest(NetworkNamespace network, DirectoryInfo folder)
    {
        Network = network;
        Folder = folder;
        Environment = new Dictionary<string, string?> { ["SOCK"] = Prefix, ["LD_PRELOAD"] = null };
    }

    public NetworkNamespace Network { get; }

    /// <summary>For the files of the test; it goes with it.</summary>
    public DirectoryInfo Folder { get; }

    public string Prefix => Path.Combine(Folder.FullName, "alt");

    /// <summary>SOCK, for clients.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; }

    public Command Daemon { get; private set; } = null!;

    /// <param name="driverOptions">After <c>-d tap</c>; by default the host's side gets its address.</param>
    /// <param name="tcpipOptions">After <c>prefix=…</c>, with a leading comma.</param>
    /// <param name="under">A program, with its arguments, that runs the daemon.</param>
    public static async Task<StackUnderTest> StartAsync(string driverOptions = $"host={KernelAddress}/24", string tcpipOptions = "", params string[] under)
    {
        Requires.Tap();
        NetworkNamespace network = await NetworkNamespace.CreateAsync();
        StackUnderTest stack = new(network, Directory.CreateTempSubdirectory("io-pkt-test-"));
        // Other users' programs (nginx's workers) reach the prefix through this folder.
        File.SetUnixFileMode(stack.Folder.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        await stack.StartDaemonAsync(["-d", "tap", driverOptions], tcpipOptions, under);
        (await stack.ToolAsync("ifconfig", "tap0", $"{StackAddress}/24")).Succeeded();
        return stack;
    }

    /// <summary>A stack with other drivers, and no address but lo0's yet.</summary>
    /// <param name="network">With the interfaces of the host that the drivers want. It goes with the stack.</param>
    /// <param name="tcpipOptions">After <c>prefix=…</c>, with a leading comma.</param>
    /// <param name="drivers">The words of <c>-d</c> options.</param>
    public static async Task<StackUnderTest> StartWithAsync(NetworkNamespace network, string tcpipOptions, params string[] drivers)
    {
        StackUnderTest stack = new(network, Directory.CreateTempSubdirectory("io-pkt-test-"));
        await stack.StartDaemonAsync(drivers, tcpipOptions);
        return stack;
    }

    public Task StartDaemonAsync(string driverOptions = $"host={KernelAddress}/24", string tcpipOptions = "") =>
        StartDaemonAsync(["-d", "tap", driverOptions], tcpipOptions);

    private async Task StartDaemonAsync(string[] drivers, string tcpipOptions, params string[] under)
    {
        using ReadySignal ready = new(Folder);
        Daemon = Network.Start(ready.Environment, [.. under, Installation.Daemon, "--foreground", .. drivers, "-p", "tcpip", $"prefix={Prefix}{tcpipOptions}"]);
        await ready.WaitAsync(Daemon, TimeSpan.FromSeconds(30));
    }

    /// <summary>One of the install tree's tools on the stack.</summary>
    public Task<Outcome> ToolAsync(string name, params string[] arguments) =>
        Network.RunAsync(TimeSpan.FromMinutes(1), Environment, [Installation.Tool(name), .. arguments]);

    /// <summary>An unmodified program on the stack, to its end.</summary>
    public Task<Outcome> OverStackAsync(params string[] commandLine) => OverStackAsync(TimeSpan.FromMinutes(3), commandLine);

    public Task<Outcome> OverStackAsync(TimeSpan limit, params string[] commandLine) =>
        Network.RunAsync(limit, Environment, [Installation.Sockrun, .. commandLine]);

    /// <summary>An unmodified program on the stack, left running.</summary>
    public Command StartOverStack(params string[] commandLine) => Network.Start(Environment, [Installation.Sockrun, .. commandLine]);

    /// <summary>A program on the kernel's side.</summary>
    public Task<Outcome> OverKernelAsync(params string[] commandLine) => Network.RunAsync(TimeSpan.FromMinutes(3), null, commandLine);

    public Command StartOverKernel(params string[] commandLine) => Network.Start(null, commandLine);

    /// <summary>Buffers handed out, by <c>netstat -m</c>: the sum of the "in use" numbers.</summary>
    public async Task<long> BuffersInUseAsync()
    {
        MatchCollection kinds = InUse().Matches((await ToolAsync("netstat", "-m")).Succeeded());
        Assert.NotEmpty(kinds);
        return kinds.Sum(m => long.Parse(m.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>Waits until something becomes true, and says what was seen last if it doesn't.</summary>
    public static async Task EventuallyAsync(Func<Task<(bool Done, string Seen)>> check, int seconds = 20)
    {
        DateTime limit = DateTime.UtcNow.AddSeconds(seconds);
        while (true)
        {
            (bool done, string seen) = await check();
            if (done)
                return;
            Assert.True(DateTime.UtcNow < limit, seen);
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Ends the daemon as an administrator does, and checks that it leaves nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (!Daemon.HasExited)
            {
                Daemon.Signal(NativeMethods.Terminate);
                Outcome end = await Daemon.WaitAsync(TimeSpan.FromSeconds(20));
                Assert.True(end.ExitCode == 0, $"io-pkt-v4 ended with {end.ExitCode}: {end.Error}");
                Assert.DoesNotContain("unhandled exception", end.Error, StringComparison.OrdinalIgnoreCase);
                Assert.False(Directory.Exists(Path.Combine(Prefix, "dev/socket")), $"{Prefix}/dev/socket was left behind");
                Assert.DoesNotContain("iopkt", (await Network.RunAsync("cat", "/proc/net/dev")).Succeeded(), StringComparison.Ordinal);
            }
        }
        finally
        {
            Daemon.Dispose();
            Network.Dispose();
            Folder.Delete(recursive: true);
        }
    }

    [GeneratedRegex(@"(\d+) [a-z ]+ in use")]
    private static partial Regex InUse();
}
