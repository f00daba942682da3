using IoPkt.Tools.Sysctl;

namespace IoPkt.Client.Tests.Tools;

/// <summary>sysctl against a real stack's tree, in NetBSD's form.</summary>
public sealed class SysctlTests : IDisposable
{
    private readonly ToolRunner _tools = new();

    public void Dispose() => _tools.Dispose();

    [Theory]
    [InlineData("net.inet.ip.ttl", "net.inet.ip.ttl = 64\n")]
    [InlineData("-n net.inet.ip.ttl", "64\n")]
    [InlineData("-t net.inet.ip.ttl", "net.inet.ip.ttl: int\n")]
    [InlineData("-nt net.inet.ip.forwarding", "bool\n")]
    [InlineData("-d net.inet.ip.ttl", "net.inet.ip.ttl: Time to live of what the stack sends\n")]
    [InlineData("-n net.inet.ip.ttl kern.somaxconn", "64\n128\n")]
    [InlineData("net.inet.udp", "net.inet.udp.checksum = 1\nnet.inet.udp.recvspace = 262144\n")]
    public async Task Shows(string arguments, string expected) => Assert.Equal(expected, await _tools.RunAsync<SysctlTool>(arguments));

    [Fact]
    public async Task All_of_it_is_in_order_and_described()
    {
        string[] names = Lines(await _tools.RunAsync<SysctlTool>("-a"), " = ");
        Assert.Equal(names.Order(StringComparer.Ordinal), names);
        Assert.Contains("net.inet.tcp.congctl.selected", names);
        Assert.Equal(names, Lines(await _tools.RunAsync<SysctlTool>("-d -a"), ": "));
        static string[] Lines(string output, string separator) =>
            [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l[..l.IndexOf(separator, StringComparison.Ordinal)])];
    }

    [Fact]
    public async Task Sets_and_says_from_what_to_what()
    {
        Assert.Equal("net.inet.ip.ttl: 64 -> 65\n", await _tools.RunAsync<SysctlTool>("-w net.inet.ip.ttl=65"));
        Assert.Equal(65, _tools.Harness.Stack.Ipv4.Settings.DefaultTtl);
        Assert.Equal("66\n", await _tools.RunAsync<SysctlTool>("-n net.inet.ip.ttl=66"));
        Assert.Equal("", await _tools.RunAsync<SysctlTool>("-q net.inet.ip.ttl=67"));
        Assert.Equal(67, _tools.Harness.Stack.Ipv4.Settings.DefaultTtl);
        await _tools.RunAsync<SysctlTool>("-w kern.hostname=elsewhere");
        Assert.Equal("elsewhere", _tools.Harness.Stack.Settings.HostName);
    }

    [Fact]
    public async Task Reads_a_file()
    {
        string path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path, "# a comment\n\nnet.inet.ip.ttl = 70 # why\nnet.inet.udp.checksum=0\n", TestContext.Current.CancellationToken);
        Assert.Equal("net.inet.ip.ttl: 64 -> 70\nnet.inet.udp.checksum: 1 -> 0\n", await _tools.RunAsync<SysctlTool>($"-f {path}"));
        await File.WriteAllTextAsync(path, "net.inet.ip.ttl\n", TestContext.Current.CancellationToken);
        Assert.Equal($"sysctl: {path}, line 1: 'net.inet.ip.ttl' is not name=value\n", await _tools.FailAsync<SysctlTool>($"-f {path}"));
        File.Delete(path);
    }

    [Theory]
    [InlineData("foo", "sysctl: top level name 'foo' in 'foo' is invalid\n")]
    [InlineData("net.inet.foo.ttl", "sysctl: third level name 'foo' in 'net.inet.foo.ttl' is invalid\n")]
    [InlineData("net.inet.ip.ttl.x", "sysctl: fifth level name 'x' in 'net.inet.ip.ttl.x' is invalid\n")]
    [InlineData("-w net.inet.ip=1", "sysctl: net.inet.ip: not a value but a group of them; sysctl net.inet.ip shows them\n")]
    [InlineData("-w net.inet.ip.ttl=0", "sysctl: net.inet.ip.ttl: '0': a whole number from 1 to 255 is needed\n")]
    [InlineData("-w net.inet.ip.ttl=", "sysctl: net.inet.ip.ttl: '': a whole number from 1 to 255 is needed\n")]
    [InlineData("-w net.inet.ip.forwarding=yes", "sysctl: net.inet.ip.forwarding: 'yes': 0 or 1 is needed\n")]
    [InlineData("-w net.inet.tcp.congctl.available=x", "sysctl: net.inet.tcp.congctl.available: Operation not permitted: it is read-only\n")]
    [InlineData("-w net.inet.ip.ttl", "sysctl: -w needs name=value, not 'net.inet.ip.ttl'\n", true)]
    [InlineData("", "sysctl: a name is missing; -a shows everything\n", true)]
    public async Task Refuses_with_a_reason(string arguments, string expected, bool withUsage = false)
    {
        string error = await _tools.FailAsync<SysctlTool>(arguments);
        if (withUsage)
            Assert.StartsWith($"{expected}usage: sysctl ", error, StringComparison.Ordinal);
        else
            Assert.Equal(expected, error);
    }

    [Fact]
    public async Task Setting_needs_root_or_the_daemon_s_user()
    {
        _tools.Harness.Privileged = false;
        Assert.Equal("net.inet.ip.ttl = 64\n", await _tools.RunAsync<SysctlTool>("net.inet.ip.ttl"));
        Assert.Equal("sysctl: Operation not permitted: only root or the daemon's user may do 'change-setting'\n",
            await _tools.FailAsync<SysctlTool>("-w net.inet.ip.ttl=65"));
        Assert.Equal(64, _tools.Harness.Stack.Ipv4.Settings.DefaultTtl);
    }
}
