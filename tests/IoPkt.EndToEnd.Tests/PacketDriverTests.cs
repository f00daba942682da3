using IoPkt.EndToEnd.Tests.Harness;
using Xunit;

namespace IoPkt.EndToEnd.Tests;

/// <summary>devnp-packet on one end of a veth, with the kernel at the other.</summary>
public sealed class PacketDriverTests
{
    [Theory]
    [InlineData("")]
    [InlineData(",offload=0,queues=1,ring=4")]
    [InlineData(",mac=host,mtu=1000")]
    public async Task A_veth_carries_the_stack(string options)
    {
        Requires.Preload();
        Requires.Root();
        Requires.Programs("ping", "curl", "ip", "python3");
        NetworkNamespace near = await NetworkNamespace.CreateAsync();
        using NetworkNamespace far = await NetworkNamespace.CreateAsync();
        (await near.RunAsync("sh", "-c", $"ip link add va type veth peer name vb netns {far.HolderId}; ip link set va up")).Succeeded();
        (await far.RunAsync("sh", "-c", "ip addr add 10.5.0.1/24 dev vb; ip link set vb up; ip link set lo up")).Succeeded();
        await using StackUnderTest stack = await StackUnderTest.StartWithAsync(near, "", "-d", "packet", "if=va" + options);
        (await stack.ToolAsync("ifconfig", "pkt0", "10.5.0.2/24")).Succeeded();

        // IFF_ALLMULTI: a card would keep groups away from us otherwise.
        string flags = (await near.RunAsync("unshare", "--mount", "sh", "-ec", "mount -t sysfs sysfs /sys; cat /sys/class/net/va/flags")).Succeeded();
        Assert.Equal(0x200, Convert.ToInt32(flags.Trim(), 16) & 0x200);

        string pinged = (await far.RunAsync("ping", "-q", "-c", "500", "-i", "0.001", "-W", "2", "10.5.0.2")).Succeeded();
        Assert.Contains("500 received, 0% packet loss", pinged, StringComparison.Ordinal);
        Assert.DoesNotContain("duplicates", pinged, StringComparison.Ordinal);
        pinged = (await far.RunAsync("ping", "-q", "-c", "5", "-i", "0.05", "-s", "20000", "10.5.0.2")).Succeeded();
        Assert.Contains("5 received, 0% packet loss", pinged, StringComparison.Ordinal);

        RandomFile file = RandomFile.Create(stack.Folder, "file", 32 << 20);
        string copy = file.Path + ".copy";
        using Command server = far.Start(null, "python3", "-m", "http.server", "8000", "--directory", stack.Folder.FullName);
        (await stack.OverStackAsync("curl", "-sSf", "--retry", "20", "--retry-connrefused", "--retry-delay", "1", "-o", copy, "http://10.5.0.1:8000/file")).Succeeded();
        Assert.Equal(file.Hash, RandomFile.HashOf(copy));
    }

    [Theory]
    [InlineData("", "if=NAME is needed")]
    [InlineData("if=nothere", "the host has no such interface; it has va")]
    [InlineData("if=lo", "isn't an Ethernet interface")]
    [InlineData("if=va,mtu=9000", "the host's interface va has 1500")]
    [InlineData("if=va,mtu=0", "68 to 65535")]
    [InlineData("if=va,ring=0", "1 to 1024")]
    [InlineData("if=va,mac=1", "six octets in hexadecimal")]
    [InlineData("if=va,mac=ff:ff:ff:ff:ff:ff", "one station")]
    [InlineData("if=va,queues=many", "queues=many")]
    [InlineData("if=va,colour=red", "colour")]
    public async Task A_wrong_option_is_named(string options, string message)
    {
        Requires.Tap();
        Requires.Root();
        NetworkNamespace near = await NetworkNamespace.CreateAsync();
        (await near.RunAsync("sh", "-c", "ip link add va type veth peer name vb")).Succeeded();
        string[] drivers = options.Length == 0 ? ["-d", "packet"] : ["-d", "packet", options];
        await using StackUnderTest stack = await StackUnderTest.StartWithAsync(near, "", drivers);
        await StackUnderTest.EventuallyAsync(() => Task.FromResult((stack.Daemon.Error.Contains(message, StringComparison.Ordinal), stack.Daemon.Error)), 5);
        Assert.DoesNotContain("   at ", stack.Daemon.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("pkt0", (await stack.ToolAsync("ifconfig", "-l")).Succeeded(), StringComparison.Ordinal);
    }
}
