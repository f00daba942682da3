using IoPkt.Tools.Ifconfig;
using IoPkt.Tools.Netstat;
using IoPkt.Tools.Route;

namespace IoPkt.Client.Tests.Tools;

public sealed class RouteTests : IAsyncLifetime
{
    private readonly ToolRunner _tools = new();

    public async ValueTask InitializeAsync()
    {
        _tools.Harness.Control.AddTap(0);
        await _tools.RunAsync<IfconfigTool>("tap0 10.1.0.2/24");
    }

    public ValueTask DisposeAsync()
    {
        _tools.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("default 10.1.0.1", "net default: gateway 10.1.0.1", "0.0.0.0", 0, "UGS")]
    [InlineData("10.9/16 10.1.0.1", "net 10.9.0.0: gateway 10.1.0.1", "10.9.0.0", 16, "UGS")]
    [InlineData("-net 10.9 10.1.0.1", "net 10.9.0.0: gateway 10.1.0.1", "10.9.0.0", 16, "UGS")]
    [InlineData("-net 128.32 10.1.0.1", "net 128.32.0.0: gateway 10.1.0.1", "128.32.0.0", 16, "UGS")]
    [InlineData("-net 128.32.130 10.1.0.1", "net 128.32.130.0: gateway 10.1.0.1", "128.32.130.0", 24, "UGS")]
    [InlineData("-host 128.32 10.1.0.1", "host 128.0.0.32: gateway 10.1.0.1", "128.0.0.32", 32, "UGHS")]
    [InlineData("128.32 10.1.0.1", "host 128.0.0.32: gateway 10.1.0.1", "128.0.0.32", 32, "UGHS")]
    [InlineData("192.168.1.0 10.1.0.1", "net 192.168.1.0: gateway 10.1.0.1", "192.168.1.0", 24, "UGS")]
    [InlineData("192.168.1.7 10.1.0.1", "host 192.168.1.7: gateway 10.1.0.1", "192.168.1.7", 32, "UGHS")]
    [InlineData("-net 192.168.1.0 -netmask 255.255.255.240 10.1.0.1", "net 192.168.1.0: gateway 10.1.0.1", "192.168.1.0", 28, "UGS")]
    [InlineData("-net 192.168.1.0 -prefixlen 28 10.1.0.1", "net 192.168.1.0: gateway 10.1.0.1", "192.168.1.0", 28, "UGS")]
    [InlineData("10.9/16 -interface tap0", "net 10.9.0.0: gateway tap0", "10.9.0.0", 16, "US")]
    [InlineData("10.9/16 -iface 10.1.0.2", "net 10.9.0.0: gateway tap0", "10.9.0.0", 16, "US")]
    [InlineData("10.9/16 10.77.0.1 -ifp tap0", "net 10.9.0.0: gateway 10.77.0.1", "10.9.0.0", 16, "UGS")]
    [InlineData("10.9/16 127.0.0.1 -reject", "net 10.9.0.0: gateway 127.0.0.1", "10.9.0.0", 16, "UGRS")]
    [InlineData("10.9/16 -blackhole", "net 10.9.0.0: gateway 127.0.0.1", "10.9.0.0", 16, "UGSB")]
    public async Task Adds_and_deletes(string words, string said, string destination, int prefixLength, string flags)
    {
        Assert.Equal($"add {said}\n", await Route($"-n add {words}"));
        Stack.Route added = _tools.Harness.Stack.Ipv4.Routes.FindExact(Stack.InetAddress.Parse(destination), prefixLength)!;
        Assert.Equal(flags, IoPkt.Tools.RoutePrinter.Flags((int)added.Flags));
        Assert.Equal($"delete {said}\n", await Route($"-n delete -net {destination} -prefixlen {prefixLength}"));
        Assert.DoesNotContain(added, _tools.Harness.Stack.Ipv4.Routes.All);
    }

    [Fact]
    public async Task Show_and_netstat_print_the_table()
    {
        await Route("add default 10.1.0.1");
        await Route("add 10.9/16 10.1.0.1 -mtu 1280");
        const string expected =
            """
            Routing tables

            Internet:
            Destination        Gateway            Flags      Uses    Mtu  Interface
            default            10.1.0.1           UGS           0      -  tap0
            10.1.0/24          link#2             UC            0      -  tap0
            10.9/16            10.1.0.1           UGS           0   1280  tap0
            127/8              link#1             UC            0      -  lo0

            """;
        Assert.Equal(expected, await Route("-n show"));
        Assert.Equal(expected, await _tools.RunAsync<NetstatTool>("-rn"));
    }

    [Fact]
    public async Task Get_says_how_a_packet_would_leave()
    {
        await Route("add default 10.1.0.1");
        Assert.Equal(
            """
               route to: 8.8.8.8
            destination: default
                   mask: default
                gateway: 10.1.0.1
             local addr: 10.1.0.2
              interface: tap0
                  flags: <UP,GATEWAY,STATIC>
                    mtu: 1500

            """,
            await Route("-n get 8.8.8.8"));
        Assert.Equal("10.1.0.1\n", await Route("-ns get 8.8.8.8"));
        Assert.Equal("tap0\n", await Route("-ns get 10.1.0.77"));
        Assert.Contains("interface: lo0", await Route("-n get 10.1.0.2"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Change_replaces_what_is_named_and_keeps_the_rest()
    {
        await Route("add 10.9/16 10.1.0.1 -mtu 1280");
        Assert.Equal("change net 10.9.0.0: gateway 10.1.0.7\n", await Route("-n change 10.9/16 10.1.0.7"));
        Stack.Route changed = _tools.Harness.Stack.Ipv4.Routes.FindExact(Stack.InetAddress.Parse("10.9.0.0"), 16)!;
        Assert.Equal(("10.1.0.7", 1280), (changed.Gateway.ToString(), changed.Mtu));
        await Route("change 10.9/16 -mtu 1400");
        changed = _tools.Harness.Stack.Ipv4.Routes.FindExact(Stack.InetAddress.Parse("10.9.0.0"), 16)!;
        Assert.Equal(("10.1.0.7", 1400), (changed.Gateway.ToString(), changed.Mtu));
    }

    [Fact]
    public async Task Flush_keeps_the_default_route_and_the_networks_of_interfaces()
    {
        await Route("-q add default 10.1.0.1");
        await Route("-q add 10.9/16 10.1.0.1");
        Assert.Equal("10.9.0.0             10.1.0.1             done\n", await Route("-n flush"));
        Assert.Equal("default              10.1.0.1             done\n", await Route("-n flushall"));
        Assert.Equal(["10.1.0.0", "127.0.0.0"], _tools.Harness.Stack.Ipv4.Routes.All.Select(r => r.Destination.ToString()));
    }

    [Theory]
    [InlineData("add 10.9/16 172.16.0.1", "route: gateway 172.16.0.1: Network is unreachable (it isn't in the network of any interface)\n")]
    [InlineData("add 10.1.0/24 10.1.0.1", "route: 10.1.0.0/24: File exists\n")]
    [InlineData("delete 10.9/16", "route: 10.9.0.0/16: not in table\n")]
    [InlineData("get 8.8.8.8", "route: 8.8.8.8: not in table\n")]
    [InlineData("add 10.9/16 tap0", "route: bad address: tap0 (for an interface, put -interface before it)\n")]
    [InlineData("add 10.9/16 -interface tap9", "route: tap9: no such interface; there are: lo0 tap0\n")]
    [InlineData("add 10.9/40 10.1.0.1", "route: prefix length 40 is not in 0…32\n")]
    [InlineData("add -net 10.300 10.1.0.1", "route: bad address: 10.300 is not a network\n")]
    [InlineData("add 10.9/16", "route: the gateway is missing\n", true)]
    [InlineData("add", "route: the destination is missing\n", true)]
    [InlineData("", "route: the command is missing\n", true)]
    [InlineData("shw", "route: unknown command 'shw'\n", true)]
    [InlineData("add 10.9/16 10.1.0.1 10.1.0.2", "route: unexpected '10.1.0.2' after destination and gateway\n", true)]
    [InlineData("add -host 10.9/16 10.1.0.1", "route: a host has no mask but /32, not /16\n", true)]
    [InlineData("add 10.9/16 10.1.0.1 -fast", "route: unknown modifier '-fast'\n", true)]
    [InlineData("get 10.9/16 10.1.0.1", "route: get takes a destination only\n", true)]
    public async Task Refuses_with_a_reason(string arguments, string expected, bool withUsage = false)
    {
        string error = await _tools.FailAsync<RouteTool>(arguments);
        if (withUsage)
            Assert.StartsWith($"{expected}usage: route ", error, StringComparison.Ordinal);
        else
            Assert.Equal(expected, error);
    }

    private Task<string> Route(string arguments) => _tools.RunAsync<RouteTool>(arguments);
}
