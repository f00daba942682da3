using IoPkt.Tools;
using IoPkt.Tools.Arp;
using IoPkt.Tools.Ifconfig;
using IoPkt.Tools.Mount;
using IoPkt.Tools.Netstat;
using IoPkt.Tools.Nicinfo;
using IoPkt.Tools.Ping;
using IoPkt.Tools.Route;
using IoPkt.Tools.Sloginfo;
using IoPkt.Tools.Sysctl;
using IoPkt.Tools.Umount;
using IoPkt.Tools.Usb;

namespace IoPkt.Client.Tests.Tools;

/// <summary>Command lines that make no sense, of every tool: a message after the tool's name, the usage where the form is wrong, and BSD's exit status; never a stack trace.</summary>
public sealed class BadArgumentTests : IDisposable
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    private static readonly string[] s_values = ["", "-1", "0", "99999999999999999999999", "0x", "1.5", "text", "10.1.0.9", "tap0", "2147483648", "NaN"];

    private static readonly Dictionary<string, Func<ITool>> s_tools = new ITool[]
    {
        new ArpTool(), new IfconfigTool(), new MountTool(), new NetstatTool(), new NicinfoTool(), new PingTool(), new RouteTool(), new SloginfoTool(), new SysctlTool(), new UmountTool(), new UsbTool(),
    }.ToDictionary(tool => tool.Name, tool => new Func<ITool>(() => (ITool)Activator.CreateInstance(tool.GetType())!));

    private readonly ToolRunner _tools = new();

    public BadArgumentTests() => _tools.Harness.Control.AddTap(0);

    public void Dispose() => _tools.Dispose();

    public static TheoryData<string> Names() => [.. s_tools.Keys];

    /// <summary>Every letter as an option, known or not, with every kind of value; every word that a tool may know, with every value after it.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public async Task Whatever_stands_there_is_done_or_answered(string name)
    {
        // What isn't for a stack becomes the system's program, in this very process.
        string[] first = name is "mount" or "umount" ? ["-T", "io-pkt"] : [];
        string[] words = name switch
        {
            "ifconfig" => ["tap0", "mtu", "netmask", "prefixlen", "broadcast", "alias", "-alias", "delete", "create", "up", "down", "inet", "inet6", "nosuch"],
            "route" => ["add", "change", "delete", "get", "show", "flush", "default", "-net", "-host", "-netmask", "-prefixlen", "-interface", "-ifp", "-reject", "-blackhole", "-mtu", "nosuch"],
            "sysctl" => ["net.inet.ip.ttl", "net.inet.ip.ttl=", "net.inet.ip.forwarding=", "net", "net.", "."],
            "ping" => ["-c"],
            _ => ["nosuch"],
        };
        foreach (string option in Letters.Select(letter => $"-{letter}"))
        {
            await RunAsync(name, [.. first, option]);
            foreach (string value in s_values)
            {
                await RunAsync(name, [.. first, option, value]);
                await RunAsync(name, [.. first, option + value]);
                await RunAsync(name, [.. first, option, value, "10.1.0.1"]);
            }
        }
        foreach (string word in words.Concat(s_values))
        {
            await RunAsync(name, [.. first, word]);
            foreach (string value in s_values.Concat(words))
            {
                await RunAsync(name, [.. first, word, value]);
                await RunAsync(name, [.. first, "tap0", word, value]);
                await RunAsync(name, [.. first, "add", "10.9/16", "10.1.0.1", word, value]);
                if (name == "sysctl")
                    await RunAsync(name, ["-w", word + value]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_unknown_option_is_named_with_the_usage(string name)
    {
        string[] first = name is "mount" or "umount" ? ["-T", "io-pkt"] : [];
        foreach (string option in (string[])["-Z", "--bogus", "--bogus=1"])
        {
            (int status, string output, string error) = await _tools.TryAsync(s_tools[name](), [.. first, option, "tap0"], TestContext.Current.CancellationToken);
            Assert.Equal((1, ""), (status, output));
            if (name == "umount")
                Assert.StartsWith($"umount: unexpected 'tap0'\nusage: umount ", error, StringComparison.Ordinal);
            else
                Assert.StartsWith($"{name}: unknown option {option}\nusage: {name} ", error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Help_is_no_error(string name)
    {
        (int status, string output, string error) = await _tools.TryAsync(s_tools[name](), ["--help"], TestContext.Current.CancellationToken);
        Assert.Equal((0, ""), (status, error));
        Assert.StartsWith($"usage: {name} ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ping", "-c 99999999999999999999999 h", "count 99999999999999999999999 is not in 1…2147483647")]
    [InlineData("ping", "-c 2147483648 h", "count 2147483648 is not in 1…2147483647")]
    [InlineData("ping", "-c -1 h", "count -1 is not in 1…2147483647")]
    [InlineData("ping", "-c text h", "count 'text' is not a number")]
    [InlineData("ping", "-c 1.5 h", "count '1.5' is not a number")]
    [InlineData("ping", "-c 0x h", "count '0x' is not a number")]
    [InlineData("ping", "-s 65508 h", "packet size 65508 is not in 0…65507")]
    [InlineData("ping", "-T 256 h", "ttl 256 is not in 1…255")]
    [InlineData("ping", "-t 100 h", "type of service '100' is not a hexadecimal number up to ff")]
    [InlineData("ping", "-i 0 h", "interval 0 is not in 0.001…86400 seconds")]
    [InlineData("ping", "-i NaN h", "interval NaN is not in 0.001…86400 seconds")]
    [InlineData("ping", "-w -1 h", "deadline '-1' is not a number of seconds")]
    [InlineData("ping", "-l 0 h", "preload 0 is not in 1…65536")]
    [InlineData("ping", "-p xyz h", "pattern 'xyz' is not one to sixteen bytes in hexadecimal")]
    [InlineData("netstat", "-w 0 -I tap0", "wait 0 is not in 0.01…86400 seconds")]
    [InlineData("netstat", "-f inet6", "inet6: this stack has no IPv6")]
    [InlineData("netstat", "-f text", "'text': unknown address family; there is: inet")]
    [InlineData("netstat", "-p text", "protocol 'text': unknown or uninstrumented protocol; there are: ")]
    [InlineData("netstat", "-I text", "text: no such interface; there are: lo0 tap0")]
    [InlineData("sloginfo", "-s 8", "severity 8 is not in 0…7")]
    [InlineData("sloginfo", "-s text", "severity 'text' is not a number")]
    [InlineData("sloginfo", "-m 0xfffffffffffffffffffff", "major code 0xfffffffffffffffffffff is not in 0…1048575")]
    [InlineData("sloginfo", "-m 0x", "major code '0x' is not a number")]
    [InlineData("sysctl", "-f /nonexistent", "Could not find file '/nonexistent'")]
    [InlineData("sloginfo", "-m 14,text", "minor code 'text' is not a number")]
    [InlineData("arp", "-s 10.1.0.9 text", "'text' is not an Ethernet address")]
    [InlineData("arp", "-d nosuchhost", "host 'nosuchhost' is neither an address nor a host in /etc/hosts")]
    [InlineData("nicinfo", "text", "text: no such interface; there are: lo0 tap0")]
    [InlineData("route", "add 10.9/16 -mtu 67 10.1.0.1", "mtu 67 is not in 68…65535")]
    [InlineData("route", "add 10.9/33 10.1.0.1", "prefix length 33 is not in 0…32")]
    [InlineData("umount", "-T io-pkt nosuch", "nosuch: no such interface; there are: lo0 tap0")]
    public async Task A_wrong_value_is_named_with_what_is_right(string name, string arguments, string expected)
    {
        (int status, string output, string error) = await _tools.TryAsync(s_tools[name](), arguments.Split(' '), TestContext.Current.CancellationToken);
        Assert.Equal((1, ""), (status, output));
        Assert.StartsWith($"{name}: {expected}", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ping", "cannot resolve \"\" (Unknown host)")]
    [InlineData("nicinfo", "'': no such interface; there are: lo0 tap0")]
    [InlineData("ifconfig", "'': no such interface; there are: lo0 tap0")]
    [InlineData("sysctl", "top level name '' in '' is invalid")]
    [InlineData("arp", "host '' is neither an address nor a host in /etc/hosts")]
    [InlineData("netstat", "unexpected ''")]
    [InlineData("route", "unknown command ''")]
    public async Task An_empty_word_is_a_message(string name, string expected)
    {
        (int status, _, string error) = await _tools.TryAsync(s_tools[name](), [""], TestContext.Current.CancellationToken);
        Assert.Equal(1, status);
        Assert.StartsWith($"{name}: {expected}", error, StringComparison.Ordinal);
    }

    private async Task RunAsync(string name, string[] arguments)
    {
        // "netstat -w" and "sloginfo -w" go on until they're interrupted; ping, once it has understood its command line, would ask DNS and the network.
        using CancellationTokenSource interrupted = new();
        if (name == "ping")
            await interrupted.CancelAsync();
        if ((name is "netstat" or "sloginfo") && arguments[0].StartsWith("-w", StringComparison.Ordinal))
            interrupted.CancelAfter(1);
        (int status, _, string error) = await _tools.TryAsync(s_tools[name](), arguments, interrupted.Token);
        string line = $"{name} '{string.Join("' '", arguments)}': {status}, {error}";
        Assert.True(status is 0 or 1 or 130, line);
        // "ifconfig -s" and "sysctl -q" answer by their status alone.
        bool isSilent = (name is "ifconfig" or "sysctl") && error.Length == 0;
        Assert.True(status != 1 || error.StartsWith($"{name}: ", StringComparison.Ordinal) || isSilent, line);
        Assert.False(error.Contains("   at ", StringComparison.Ordinal) || error.Contains("Exception", StringComparison.Ordinal), line);
        Assert.True(status != 0 || error.Length == 0, line);
    }
}
