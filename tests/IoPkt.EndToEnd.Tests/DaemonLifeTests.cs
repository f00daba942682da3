using System.Diagnostics;
using IoPkt.EndToEnd.Tests.Harness;
using Xunit;

namespace IoPkt.EndToEnd.Tests;

/// <summary>Start, second start, stop and sudden death of the daemon.</summary>
public sealed class DaemonLifeTests
{
    [Fact]
    public async Task A_killed_daemon_fails_its_clients_at_once_and_starts_again()
    {
        Requires.Preload();
        Requires.Programs("nc");
        await using StackUnderTest stack = await StackUnderTest.StartAsync();
        using Command listener = stack.StartOverStack("nc", "-l", "-p", "4000");
        using Command peer = stack.StartOverKernel("nc", "-l", "-p", "4001");
        await Task.Delay(300, TestContext.Current.CancellationToken);
        using Command client = stack.StartOverStack("sh", "-c", $"sleep 60 | nc {StackUnderTest.KernelAddress} 4001");
        await StackUnderTest.EventuallyAsync(async () =>
        {
            string sockets = (await stack.ToolAsync("netstat", "-an")).Succeeded();
            return (sockets.Contains("ESTABLISHED", StringComparison.Ordinal), sockets);
        });

        long start = Stopwatch.GetTimestamp();
        stack.Daemon.Signal(NativeMethods.KillNow);
        await listener.WaitAsync(TimeSpan.FromSeconds(5));
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(3));
        Outcome tool = await stack.ToolAsync("ifconfig", "-a");
        Assert.NotEqual(0, tool.ExitCode);
        Assert.Contains(stack.Prefix, tool.Error, StringComparison.Ordinal);
        await stack.Daemon.WaitAsync(TimeSpan.FromSeconds(5));
        stack.Daemon.Dispose();

        await stack.StartDaemonAsync();
        (await stack.ToolAsync("ifconfig", "tap0", $"{StackUnderTest.StackAddress}/24")).Succeeded();
        Assert.Contains("1 packets received", (await stack.ToolAsync("ping", "-c", "1", StackUnderTest.KernelAddress)).Succeeded(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_goes_to_the_background_when_it_serves_and_a_second_one_is_refused()
    {
        Requires.Tap();
        using NetworkNamespace network = await NetworkNamespace.CreateAsync();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("io-pkt-test-");
        string prefix = Path.Combine(folder.FullName, "alt");
        Dictionary<string, string?> sock = new() { ["SOCK"] = prefix };
        string[] daemon = [Installation.Daemon, "-i41", "-dtap", "-ptcpip", $"prefix={prefix}"];
        (await network.RunAsync(TimeSpan.FromSeconds(20), null, daemon)).Succeeded();
        try
        {
            Assert.Equal("lo0 tap0", (await network.RunAsync(TimeSpan.FromSeconds(5), sock, Installation.Tool("ifconfig"), "-l")).Succeeded().Trim());

            Outcome samePrefix = await network.RunAsync(TimeSpan.FromSeconds(20), null, Installation.Daemon, "-i42", "-p", "tcpip", $"prefix={prefix}");
            Assert.NotEqual(0, samePrefix.ExitCode);
            Assert.Contains(prefix, samePrefix.Error, StringComparison.Ordinal);

            Outcome sameInstance = await network.RunAsync(TimeSpan.FromSeconds(20), null, Installation.Daemon, "-i41", "-p", "tcpip", $"prefix={prefix}-other");
            Assert.NotEqual(0, sameInstance.ExitCode);
            Assert.Contains("41", sameInstance.Error, StringComparison.Ordinal);
        }
        finally
        {
            await network.RunAsync("sh", "-c", $"kill $(pgrep -f 'prefix={prefix}($|,)')");
        }
        await StackUnderTest.EventuallyAsync(() => Task.FromResult((!Directory.Exists(Path.Combine(prefix, "dev/socket")), "the socket entries are still there")));
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("-x", "-x")]
    [InlineData("-t nonsense", "-t")]
    [InlineData("-i -1", "-i")]
    [InlineData("-p", "-p")]
    [InlineData("-i1 -i2", "option -i is given twice, as 1 and as 2")]
    [InlineData("-U nosuchuser", "option -U nosuchuser: there's no user nosuchuser")]
    [InlineData("-p tcpip prefix=relative", "option prefix=relative: it must begin with '/'")]
    public async Task A_wrong_command_line_is_a_message_and_an_exit_code(string arguments, string named)
    {
        foreach (string foreground in (string[])["--foreground", "-v"])
        {
            Outcome outcome = await Command.RunAsync(TimeSpan.FromSeconds(20), null, [Installation.Daemon, foreground, .. arguments.Split(' ')]);
            Assert.Equal((2, ""), (outcome.ExitCode, outcome.Output));
            Assert.StartsWith("io-pkt-v4: ", outcome.Error, StringComparison.Ordinal);
            Assert.Contains(named, outcome.Error, StringComparison.Ordinal);
            Assert.Single(outcome.Error.Trim().Split('\n'));
        }
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("-?")]
    [InlineData("-vh")]
    [InlineData("-i1 -?")]
    public async Task Help_is_no_error(string arguments)
    {
        Outcome outcome = await Command.RunAsync(TimeSpan.FromSeconds(20), null, [Installation.Daemon, .. arguments.Split(' ')]);
        Assert.Contains("Examples:", outcome.Succeeded(), StringComparison.Ordinal);
        Assert.Equal("", outcome.Error);
    }

    /// <summary>What can't be used at all ends the start, with one line and no stack trace, and leaves nothing.</summary>
    [Theory]
    [InlineData("prefix=/dev/null", "can't create /dev/null/dev/socket: ")]
    [InlineData("prefix=/proc/nosuch", "can't create /proc/nosuch/dev/socket: ")]
    [InlineData("prefix=/tmp/io-pkt-test-user", "option -U: can't become user 1234, group 5678: Operation not permitted; start it as root")]
    public async Task A_start_that_fails_is_a_message_and_an_exit_code(string tcpip, string named)
    {
        Requires.Root();
        Requires.Programs("setpriv");
        Outcome outcome = await Command.RunAsync(TimeSpan.FromSeconds(20), null,
            "setpriv", "--bounding-set=-setuid,-setgid", "--inh-caps=-setuid,-setgid", Installation.Daemon, "-i43", "-S", "-U", "1234:5678", "-p", "tcpip", tcpip);
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains(named, Assert.Single(outcome.Error.Trim().Split('\n')), StringComparison.Ordinal);
        Assert.False(Directory.Exists("/tmp/io-pkt-test-user"));
    }

    [Fact]
    public async Task A_driver_that_does_not_exist_is_logged_and_the_stack_goes_on()
    {
        Requires.Tap();
        using NetworkNamespace network = await NetworkNamespace.CreateAsync();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("io-pkt-test-");
        string prefix = Path.Combine(folder.FullName, "alt");
        using Command daemon = network.Start(null, Installation.Daemon, "--foreground", "-v", "-d", "nosuchthing", "-p", "tcpip", $"prefix={prefix}");
        await StackUnderTest.EventuallyAsync(async () =>
        {
            Outcome list = await network.RunAsync(TimeSpan.FromSeconds(10), new Dictionary<string, string?> { ["SOCK"] = prefix }, Installation.Tool("ifconfig"), "-l");
            return (list.Output.Trim() == "lo0", list.Output + list.Error + daemon.Error);
        });
        Assert.Contains("devnp-nosuchthing", daemon.Output + daemon.Error, StringComparison.Ordinal);
        daemon.Signal(NativeMethods.Interrupt);
        Assert.Equal(0, (await daemon.WaitAsync(TimeSpan.FromSeconds(20))).ExitCode);
        folder.Delete(recursive: true);
    }
}
