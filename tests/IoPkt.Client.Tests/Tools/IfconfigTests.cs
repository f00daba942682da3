using IoPkt.Stack;
using IoPkt.Tools.Ifconfig;

namespace IoPkt.Client.Tests.Tools;

public sealed class IfconfigTests : IDisposable
{
    private readonly ToolRunner _tools = new();

    public IfconfigTests() => _tools.Harness.Control.AddTap(0);

    private NetworkInterface Tap0 => _tools.Harness.Stack.Interfaces.All.Single(i => i.Name == "tap0");

    [Fact]
    public async Task Shows_every_interface_as_BSD_does()
    {
        await Ifconfig("tap0 10.1.0.2/24");
        Assert.Equal(
            """
            lo0: flags=8049<UP,LOOPBACK,RUNNING,MULTICAST> mtu 33192
            	capabilities tx=7f<IP4CSUM,TCP4CSUM,UDP4CSUM,TCP6CSUM,UDP6CSUM,TSO4,TSO6>
            	enabled=7f<IP4CSUM,TCP4CSUM,UDP4CSUM,TCP6CSUM,UDP6CSUM,TSO4,TSO6>
            	inet 127.0.0.1 netmask 0xff000000
            tap0: flags=8843<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST> mtu 1500
            	capabilities rx=7<IP4CSUM,TCP4CSUM,UDP4CSUM>
            	capabilities tx=27<IP4CSUM,TCP4CSUM,UDP4CSUM,TSO4>
            	enabled=27<IP4CSUM,TCP4CSUM,UDP4CSUM,TSO4>
            	address: 02:00:00:00:00:00
            	media: Ethernet autoselect (10Gbase-T full-duplex)
            	status: active
            	inet 10.1.0.2 netmask 0xffffff00 broadcast 10.1.0.255 tentative

            """,
            await Ifconfig("-a"));
        Assert.Equal(await Ifconfig("-a"), await Ifconfig(""));
    }

    [Theory]
    [InlineData("10.184", "10.0.0.184", 8, "10.255.255.255")]
    [InlineData("172.16.5.1", "172.16.5.1", 16, "172.16.255.255")]
    [InlineData("192.168.1.9", "192.168.1.9", 24, "192.168.1.255")]
    [InlineData("10.1.0.2/24", "10.1.0.2", 24, "10.1.0.255")]
    [InlineData("inet 10.1.0.2 netmask 255.255.0.0", "10.1.0.2", 16, "10.1.255.255")]
    [InlineData("10.1.0.2 netmask 0xffffff00 broadcast 10.1.0.99", "10.1.0.2", 24, "10.1.0.99")]
    [InlineData("10.1.0.2 prefixlen 20", "10.1.0.2", 20, "10.1.15.255")]
    [InlineData("0x0a010002/16", "10.1.0.2", 16, "10.1.255.255")]
    [InlineData("10.1.0.2/31", "10.1.0.2", 31, "0.0.0.0")]
    public async Task Sets_an_address_and_takes_the_interface_up(string words, string address, int prefixLength, string broadcast)
    {
        Assert.Equal("", await Ifconfig($"tap0 {words}"));
        InterfaceAddress set = Assert.Single(Tap0.Addresses);
        Assert.Equal(address, set.Address.ToString());
        Assert.Equal(prefixLength, set.PrefixLength);
        Assert.Equal(broadcast, set.Broadcast.ToString());
        Assert.True(Tap0.IsUp);
    }

    [Fact]
    public async Task A_second_address_replaces_the_first_and_leaves_aliases_alone()
    {
        await Ifconfig("tap0 10.1.0.2/24");
        await Ifconfig("tap0 10.2.0.2/24 alias");
        await Ifconfig("tap0 10.3.0.2/24");
        Assert.Equal(["10.3.0.2", "10.2.0.2"], Tap0.Addresses.Select(a => a.Address.ToString()));
        Assert.Contains("\tinet alias 10.2.0.2 netmask 0xffffff00", await Ifconfig("tap0"), StringComparison.Ordinal);
        await Ifconfig("tap0 10.2.0.2 delete");
        Assert.Equal(["10.3.0.2"], Tap0.Addresses.Select(a => a.Address.ToString()));
        await Ifconfig("tap0 -alias");
        Assert.Empty(Tap0.Addresses);
    }

    [Fact]
    public async Task A_mask_alone_changes_the_first_address()
    {
        await Ifconfig("tap0 10.1.0.2/24");
        await Ifconfig("tap0 netmask 255.255.0.0");
        InterfaceAddress set = Assert.Single(Tap0.Addresses);
        Assert.Equal((16, "10.1.255.255"), (set.PrefixLength, set.Broadcast.ToString()));
    }

    [Fact]
    public async Task Parameters_are_applied_in_order()
    {
        await Ifconfig("tap0 10.1.0.2/24 mtu 1400 down");
        Assert.False(Tap0.IsUp);
        Assert.Equal(1400, Tap0.Mtu);
        await Ifconfig("tap0 down up");
        Assert.True(Tap0.IsUp);
    }

    [Fact]
    public async Task Creates_and_destroys()
    {
        await Ifconfig("tap7 create 10.7.0.1/24");
        Assert.Contains("inet 10.7.0.1", await Ifconfig("tap7"), StringComparison.Ordinal);
        Assert.Equal("lo0 tap0 tap7\n", await Ifconfig("-l"));
        await Ifconfig("tap7 destroy");
        Assert.Equal("lo0 tap0\n", await Ifconfig("-l"));
        Assert.Equal("ifconfig: lo0 can't be destroyed: it belongs to the stack\n", await _tools.FailAsync<IfconfigTool>("lo0 destroy"));
        Assert.Equal("ifconfig: tap0: interface exists\n", await _tools.FailAsync<IfconfigTool>("tap0 create"));
    }

    [Fact]
    public async Task A_point_to_point_interface_has_a_destination()
    {
        _tools.Harness.Control.AddTap(1, InterfaceFlags.PointToPoint | InterfaceFlags.Multicast);
        await Ifconfig("tap1 10.9.0.1 10.9.0.2");
        Assert.Contains("\tinet 10.9.0.1 -> 10.9.0.2 netmask 0xffffffff", await Ifconfig("tap1"), StringComparison.Ordinal);
        Assert.Contains("not a point-to-point interface", await _tools.FailAsync<IfconfigTool>("tap0 10.9.1.1 10.9.1.2"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-lu", "lo0\n")]
    [InlineData("-ld", "tap0\n")]
    [InlineData("-lb", "tap0\n")]
    [InlineData("-l", "lo0 tap0\n")]
    public async Task Lists_names(string options, string expected) => Assert.Equal(expected, await Ifconfig(options));

    [Fact]
    public async Task Status_says_whether_the_link_is_connected()
    {
        Assert.Equal((0, "", ""), await _tools.TryAsync<IfconfigTool>("-s tap0"));
        _tools.Harness.Control.Device("tap0").LinkState = LinkState.Down;
        Assert.Equal((1, "", ""), await _tools.TryAsync<IfconfigTool>("-s tap0"));
        Assert.Equal("lo0\n", await Ifconfig("-ls"));
    }

    [Fact]
    public async Task Statistics_are_shown_and_reset()
    {
        Tap0.Received.Add(3, 180);
        Tap0.Received.AddMulticasts(1);
        Tap0.Transmitted.AddDrops(2);
        _tools.Harness.Control.Device("tap0").Received.AddErrors(4);
        string shown = await Ifconfig("-z tap0");
        Assert.Contains("\tinput: 3 packets, 180 bytes, 1 multicast\n\toutput: 0 packets, 0 bytes, 0 multicasts, 2 drops\n", shown, StringComparison.Ordinal);
        Assert.Contains("\tqueue 0 input: 0 packets, 0 bytes, 0 multicasts, 4 errors\n", shown, StringComparison.Ordinal);
        string after = await Ifconfig("-v tap0");
        Assert.Contains("\tinput: 0 packets, 0 bytes, 0 multicasts\n", after, StringComparison.Ordinal);
        Assert.DoesNotContain("errors", after, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tap9", "ifconfig: tap9: no such interface; there are: lo0 tap0\n")]
    [InlineData("tap9 up", "ifconfig: tap9: no such interface; there are: lo0 tap0\n")]
    [InlineData("tap0 10.1.0.2 netmask 255.0.255.0", "ifconfig: netmask 255.0.255.0 is not contiguous: its ones must all be on the left\n")]
    [InlineData("tap0 10.1.0.2 netmask zero", "ifconfig: netmask 'zero' is neither 0x… nor a dotted mask\n")]
    [InlineData("tap0 10.1.0.2/33", "ifconfig: prefix length 33 is not in 0…32\n")]
    [InlineData("tap0 mtu huge", "ifconfig: mtu 'huge' is not a number\n")]
    [InlineData("tap0 mtu 20", "ifconfig: mtu 20 is not in 68…65535\n")]
    [InlineData("tap0 0.0.0.0", "ifconfig: 0.0.0.0 can't be the address of an interface\n")]
    [InlineData("tap0 224.0.0.1", "ifconfig: 224.0.0.1 can't be the address of an interface\n")]
    [InlineData("tap0 127.0.0.1", "ifconfig: 127.0.0.1 is an address of lo0 already\n")]
    [InlineData("tap0 delete", "ifconfig: tap0 has no address\n")]
    [InlineData("tap0 10.9.9.9 delete", "ifconfig: tap0 has no address 10.9.9.9\n")]
    [InlineData("tap0 netmask 255.0.0.0", "ifconfig: tap0 has no address to change\n")]
    [InlineData("tap0 inet6", "ifconfig: inet6: this stack has no IPv6\n")]
    [InlineData("-a atalk", "ifconfig: atalk: unknown address family; there is: inet\n")]
    public async Task Refuses_with_a_reason(string arguments, string expected) => Assert.Equal(expected, await _tools.FailAsync<IfconfigTool>(arguments));

    [Theory]
    [InlineData("tap0 sideways", "unknown parameter 'sideways'")]
    [InlineData("tap0 10.1.2.3.4", "'10.1.2.3.4' is not an address")]
    [InlineData("tap0 10.256.0.1", "'10.256.0.1' is not an address")]
    [InlineData("tap0 10.1.0.2 netmask", "netmask: its value is missing")]
    [InlineData("tap0 10.1.0.2/24 netmask 255.255.0.0", "two different masks: /24 and /16")]
    [InlineData("tap0 10.1.0.2 alias delete", "alias and delete exclude each other")]
    [InlineData("tap0 alias", "alias: of which address?")]
    [InlineData("tap0 up destroy", "destroy leaves nothing to configure: it stands alone")]
    [InlineData("tap0 up create", "create comes once, and before everything else")]
    [InlineData("tap7 create create", "create comes once, and before everything else")]
    [InlineData("-Q tap0", "unknown option -Q")]
    [InlineData("-a -d -u", "-d and -u exclude each other")]
    [InlineData("-l tap0", "-l lists every interface; what is 'tap0' for?")]
    [InlineData("-v tap0 up", "-v is for showing an interface, not for configuring it")]
    [InlineData("-u tap0", "-u selects among all interfaces: it goes with -a or -l")]
    public async Task Shows_the_usage_when_the_line_makes_no_sense(string arguments, string expected)
    {
        string error = await _tools.FailAsync<IfconfigTool>(arguments);
        Assert.StartsWith($"ifconfig: {expected}\nusage: ifconfig [-hmvz] interface [family]\n", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_privileged_may_configure()
    {
        _tools.Harness.Privileged = false;
        Assert.StartsWith("ifconfig: Operation not permitted", await _tools.FailAsync<IfconfigTool>("tap0 10.1.0.2/24"), StringComparison.Ordinal);
        Assert.Empty(Tap0.Addresses);
        Assert.False(Tap0.IsUp);
        Assert.StartsWith("tap0: flags=8802<", await Ifconfig("tap0"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_driver_that_fails_is_quoted()
    {
        _tools.Harness.Control.Failure = "tap0: the driver failed to start: no such device";
        Assert.Equal("ifconfig: tap0: the driver failed to start: no such device\n", await _tools.FailAsync<IfconfigTool>("tap0 up"));
    }

    public void Dispose() => _tools.Dispose();

    private Task<string> Ifconfig(string arguments) => _tools.RunAsync<IfconfigTool>(arguments);
}
