using System.Net.Sockets;
using System.Text;
using IoPkt.EndToEnd.Tests.Harness;
using Xunit;

namespace IoPkt.EndToEnd.Tests;

/// <summary>The TAP driver's options, and io-pkt's ways of writing them, seen from both ends of the device.</summary>
public sealed class TapOptionTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("io-pkt-test-");
    private NetworkNamespace _network = null!;

    private string Prefix => Path.Combine(_folder.FullName, "alt");

    public async ValueTask InitializeAsync()
    {
        Requires.Tap();
        Requires.Programs("ip");
        _network = await NetworkNamespace.CreateAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (Directory.Exists(Prefix))
            await StopAsync();
        _network?.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Options_may_be_attached_and_all_of_them_take_effect()
    {
        await StartAsync("-i1", "-ptcpip", $"prefix={Prefix}", "-dtap", "name=en,unit=3,mac=021122334455,mtu=1400,host=10.1.0.1/24,if=mytap", "-t2");
        string shown = await ToolAsync("ifconfig", "en3");
        Assert.Contains("mtu 1400", shown, StringComparison.Ordinal);
        Assert.Contains("address: 02:11:22:33:44:55", shown, StringComparison.Ordinal);
        Assert.Contains("TAP device mytap", shown, StringComparison.Ordinal);
        string host = (await _network.RunAsync("ip", "addr", "show", "dev", "mytap")).Succeeded();
        Assert.Contains("mtu 1400", host, StringComparison.Ordinal);
        Assert.Contains("inet 10.1.0.1/24", host, StringComparison.Ordinal);
        await ToolAsync("ifconfig", "en3", "10.1.0.2/24");
        Assert.Contains("1 packets received", await ToolAsync("ping", "-c", "1", "-s", "1372", "10.1.0.1"), StringComparison.Ordinal);
        // inet_aton's short forms, with the mask of the address's class.
        await ToolAsync("ifconfig", "en3", "10.184");
        Assert.Contains("inet 10.0.0.184 netmask 0xff000000 broadcast 10.255.255.255", await ToolAsync("ifconfig", "en3"), StringComparison.Ordinal);
        await StopAsync();
        Assert.DoesNotContain("mytap", await LinksAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_drivers_and_protocols_each_with_its_options()
    {
        await StartAsync("-d", "tap", "-d", "tap", "unit=5", "-d", "tap", "name=wan", "-d", "devnp-tap.so", "-p", "tcpip", $"prefix={Prefix}", "-p", "tcpip", "somaxconn=500");
        Assert.Equal("lo0 tap0 tap5 wan0 tap1", (await ToolAsync("ifconfig", "-l")).Trim());
        await StopAsync();
    }

    [Fact]
    public async Task A_persistent_device_stays_and_is_used_again()
    {
        for (int round = 0; round < 2; round++)
        {
            await StartAsync("-d", "tap", "persist,if=keep0,host=10.1.0.1/24", "-p", "tcpip", $"prefix={Prefix}");
            await ToolAsync("ifconfig", "tap0", "10.1.0.2/24");
            Assert.Contains("1 packets received", await ToolAsync("ping", "-c", "1", "10.1.0.1"), StringComparison.Ordinal);
            await StopAsync();
            Assert.Contains("keep0", await LinksAsync(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("mac=zz", "mac=zz")]
    [InlineData("mtu=9", "from 68 to 65521")]
    [InlineData("host=10.1.0.1", "10.1.0.1/24")]
    [InlineData("nonsense", "it knows if=NAME")]
    [InlineData("if=a-name-that-is-too-long", "if=a-name-that-is-too-long")]
    public async Task A_wrong_option_is_named_with_what_is_right(string options, string named)
    {
        Outcome start = await StartAsync("-d", "tap", options, "-p", "tcpip", $"prefix={Prefix}");
        Assert.Equal("lo0", (await ToolAsync("ifconfig", "-l")).Trim());
        Assert.Contains(named, start.Error, StringComparison.Ordinal);
        await StopAsync();
    }

    [Fact]
    public async Task Without_the_capability_the_error_says_which_and_how_to_get_it()
    {
        Requires.Programs("setpriv");
        Outcome start = await _network.RunAsync("setpriv", "--bounding-set", "-net_admin", "--inh-caps", "-net_admin", "--ambient-caps", "-net_admin",
            Installation.Daemon, "-d", "tap", "-p", "tcpip", $"prefix={Prefix}");
        Assert.Contains("CAP_NET_ADMIN", start.Error, StringComparison.Ordinal);
        Assert.Contains("setcap cap_net_admin+ep", start.Error, StringComparison.Ordinal);
        Assert.Contains("unshare --user --map-root-user --net", start.Error, StringComparison.Ordinal);
        await StopAsync();
    }

    [Fact]
    public async Task Systemd_is_told_when_it_serves_and_when_it_stops()
    {
        string path = Path.Combine(_folder.FullName, "notify");
        using Socket systemd = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 20_000 };
        systemd.Bind(new UnixDomainSocketEndPoint(path));
        Dictionary<string, string?> environment = new() { ["NOTIFY_SOCKET"] = path };
        using Command daemon = _network.Start(environment, Installation.Daemon, "--foreground", "-p", "tcpip", $"prefix={Prefix}");
        byte[] message = new byte[1024];
        Assert.Equal("READY=1", Encoding.UTF8.GetString(message, 0, systemd.Receive(message)).Trim());
        Assert.Equal("lo0", (await ToolAsync("ifconfig", "-l")).Trim());
        daemon.Signal(NativeMethods.Terminate);
        Assert.Equal("STOPPING=1", Encoding.UTF8.GetString(message, 0, systemd.Receive(message)).Trim());
        Assert.Equal(0, (await daemon.WaitAsync(TimeSpan.FromSeconds(20))).ExitCode);
    }

    /// <summary>As a user starts it: when the shell gets its prompt back, everything on the command line has been carried out.</summary>
    private async Task<Outcome> StartAsync(params string[] arguments)
    {
        Outcome start = await _network.RunAsync(TimeSpan.FromSeconds(20), null, [Installation.Daemon, .. arguments]);
        start.Succeeded();
        return start;
    }

    private Task StopAsync() => BackgroundDaemon.StopAsync(_network, Prefix);

    private Task<Outcome> TryToolAsync(string name, params string[] arguments) =>
        _network.RunAsync(TimeSpan.FromSeconds(20), new Dictionary<string, string?> { ["SOCK"] = Prefix }, [Installation.Tool(name), .. arguments]);

    private async Task<string> ToolAsync(string name, params string[] arguments) => (await TryToolAsync(name, arguments)).Succeeded();

    private async Task<string> LinksAsync() => (await _network.RunAsync("cat", "/proc/net/dev")).Succeeded();
}
