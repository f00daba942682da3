using System.Text.RegularExpressions;
using IoPkt.EndToEnd.Tests.Harness;
using Xunit;

namespace IoPkt.EndToEnd.Tests;

/// <summary>Drivers and protocols that come and go on running daemons, as an administrator handles them.</summary>
public sealed partial class ModuleTests
{
    [Fact]
    public async Task Interfaces_come_and_go_while_traffic_on_another_loses_nothing()
    {
        Requires.Programs("ping");
        await using StackUnderTest stack = await StackUnderTest.StartAsync();
        using Command traffic = stack.StartOverKernel("ping", "-i", "0.01", "-c", "400", "-W", "10", StackUnderTest.StackAddress);
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal("tap: tap1\n", (await stack.ToolAsync("mount", "-T", "io-pkt", "-v", "-o", "host=10.2.0.1/24", "tap")).Succeeded());
            (await stack.ToolAsync("ifconfig", "tap1", "10.2.0.2/24")).Succeeded();
            Assert.Contains("1 received", (await stack.OverKernelAsync("ping", "-c", "1", "-W", "5", "10.2.0.2")).Succeeded(), StringComparison.Ordinal);
            (await stack.ToolAsync("ifconfig", "tap1", "destroy")).Succeeded();
            (await stack.ToolAsync("ifconfig", "tap7", "create")).Succeeded();
            Assert.Equal("lo0 tap0 tap7", (await stack.ToolAsync("ifconfig", "-l")).Succeeded().Trim());
            (await stack.ToolAsync("ifconfig", "tap7", "destroy")).Succeeded();
        }
        Assert.Contains(" 0% packet loss", (await traffic.WaitAsync(TimeSpan.FromMinutes(1))).Output, StringComparison.Ordinal);
        Assert.Equal("lo0 tap0", (await stack.ToolAsync("ifconfig", "-l")).Succeeded().Trim());
        Assert.Contains("tap", (await stack.ToolAsync("ifconfig", "-C")).Succeeded().Split(), StringComparer.Ordinal);
        Assert.Matches(@"Packets Received OK \.+ \d{3}", (await stack.ToolAsync("nicinfo", "tap0")).Succeeded());
    }

    [Fact]
    public async Task Mount_says_why_it_fails_and_leaves_other_types_to_the_system()
    {
        Requires.Root();
        Requires.Programs("setpriv", "mount");
        await using StackUnderTest stack = await StackUnderTest.StartAsync();
        await Fails("no module nosuch; tried", "mount", "-T", "io-pkt", "nosuch");
        await Fails("no module lsm-nosuch.so; tried", "mount", "-T", "io-pkt", "lsm-nosuch.so");
        await Fails("lsm-qnet is not part of this version", "mount", "-T", "io-pkt", "lsm-qnet.so");
        await Fails("option mtu=1: a whole number from 68 to", "mount", "-T", "io-pkt", "-o", "mtu=1", "tap");
        await Fails("unknown option colour", "mount", "-T", "io-net", "-o", "colour=red", "tap");
        await Fails("no io-pkt instance 977 is running", "mount", "-T", "io-pkt977", "tap");
        await Fails("the module is missing", "mount", "-T", "io-pkt");
        await Fails("no protocol lsm-autoip runs; none does", "umount", "-T", "io-pkt", "lsm-autoip");
        // As at the start, what failed is in the log, too.
        string log = (await stack.ToolAsync("sloginfo", "-h", "-s", "2")).Succeeded();
        Assert.Contains("mount nosuch: no module nosuch; tried", log, StringComparison.Ordinal);
        Assert.Contains("mount lsm-qnet.so: lsm-qnet is not part of this version", log, StringComparison.Ordinal);
        Assert.Contains("mount tap: devnp-tap: option mtu=1: a whole number from 68 to", log, StringComparison.Ordinal);
        Outcome nobody = await stack.Network.RunAsync(TimeSpan.FromMinutes(1), stack.Environment,
            "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", Installation.Tool("mount"), "-T", "io-pkt", "tap");
        Assert.Equal(1, nobody.ExitCode);
        Assert.Contains("only root or the daemon's user", nobody.Error, StringComparison.Ordinal);
        Assert.Contains("/proc", (await stack.ToolAsync("mount")).Succeeded(), StringComparison.Ordinal);
        Outcome passedOn = await stack.ToolAsync("umount", "/nonexistent/folder");
        Assert.Equal(32, passedOn.ExitCode);

        async Task Fails(string reason, params string[] command)
        {
            Outcome failed = await stack.ToolAsync(command[0], command[1..]);
            Assert.Equal((1, ""), (failed.ExitCode, failed.Output));
            Assert.StartsWith(command[0] + ": ", failed.Error, StringComparison.Ordinal);
            Assert.Contains(reason, failed.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", failed.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Two_stacks_talk_over_a_legacy_driver_by_the_shim()
    {
        await using Daemons daemons = await Daemons.CreateAsync();
        await daemons.Network.RunAsync("ip", "link", "set", "lo", "up");
        string one = await daemons.StartAsync(0, "lo0 en0", "-d", "udp", "local=127.0.0.1:7001,remote=127.0.0.1:7002");
        string two = await daemons.StartAsync(1, "lo0 en0", "-d", "shim", "/lib/dll/devn-udp.so local=127.0.0.1:7002,remote=127.0.0.1:7001",
            "-d", "udp", "name=wan,local=127.0.0.1:7003,remote=127.0.0.1:7004");
        Assert.Contains("devn-udp: unknown option name;", daemons.Log(1), StringComparison.Ordinal);
        Assert.Matches("^en0 .* devn-udp\n$", await File.ReadAllTextAsync($"{one}/dev/io-net/en0", TestContext.Current.CancellationToken));
        (await daemons.ToolAsync(one, "ifconfig", "en0", "10.9.0.1/24")).Succeeded();
        (await daemons.ToolAsync(two, "ifconfig", "en0", "10.9.0.2/24")).Succeeded();
        Assert.Contains("3 packets received", (await daemons.ToolAsync(one, "ping", "-c", "3", "-i", "0.1", "10.9.0.2")).Succeeded(), StringComparison.Ordinal);
        (await daemons.ToolAsync("", "umount", $"{one}/dev/io-net/en0")).Succeeded();
        Assert.False(Directory.Exists($"{one}/dev/io-net"));
        Assert.Equal("lo0", (await daemons.ToolAsync(one, "ifconfig", "-l")).Succeeded().Trim());
        // The port is free again: the driver's socket has gone with it.
        (await daemons.ToolAsync(one, "mount", "-T", "io-pkt", "-o", "local=127.0.0.1:7001,remote=127.0.0.1:7002", "devn-udp.so")).Succeeded();
        Assert.True(File.Exists($"{one}/dev/io-net/en0"));
    }

    [Fact]
    public async Task Three_instances_run_side_by_side_and_are_found_by_number_and_by_prefix()
    {
        await using Daemons daemons = await Daemons.CreateAsync();
        string[] prefixes = new string[3];
        for (int i = 0; i < 3; i++)
            prefixes[i] = await daemons.StartAsync(i, "lo0 tap0", "-d", "tap", $"host=10.{i}.0.1/24");
        for (int i = 0; i < 3; i++)
        {
            (await daemons.ToolAsync("", "mount", i == 0 ? "-Tio-pkt" : $"-Tio-pkt{i}", "-o", $"name=more,unit={i}", "tap")).Succeeded();
            Assert.Equal($"lo0 tap0 more{i}", (await daemons.ToolAsync(prefixes[i], "ifconfig", "-l")).Succeeded().Trim());
            (await daemons.ToolAsync(prefixes[i], "ifconfig", "tap0", $"10.{i}.0.2/24")).Succeeded();
            Assert.Contains("1 packets received", (await daemons.ToolAsync(prefixes[i], "ping", "-c", "1", $"10.{i}.0.1")).Succeeded(), StringComparison.Ordinal);
        }
        string host = (await daemons.Network.RunAsync("cat", "/proc/net/dev")).Succeeded();
        for (int i = 0; i < 3; i++)
            Assert.Contains($"iopkt{i}p", host, StringComparison.Ordinal);
        Assert.All(Enumerable.Range(0, 3), i => Assert.Contains($"instance {i}:", daemons.Log(i), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_driver_that_hangs_in_its_initialization_keeps_nobody_waiting()
    {
        await using Daemons daemons = await Daemons.CreateAsync();
        string prefix = await daemons.StartAsync(0, "lo0", "-d", "faulty", "hang=init,seconds=30", "-d", "tap", "host=10.1.0.1/24");
        Assert.StartsWith("lo0: flags=", (await daemons.ToolAsync(prefix, "ifconfig", "-a")).Succeeded(), StringComparison.Ordinal);
        await StackUnderTest.EventuallyAsync(async () => ((await daemons.ToolAsync(prefix, "ifconfig", "tap0", "10.1.0.2/24")).ExitCode == 0, daemons.Log(0)));
        Assert.Contains("1 packets received", (await daemons.ToolAsync(prefix, "ping", "-c", "1", "10.1.0.1")).Succeeded(), StringComparison.Ordinal);
        Assert.Contains("-d faulty is still initializing", daemons.Log(0), StringComparison.Ordinal);
        Assert.DoesNotContain("faulty", (await daemons.ToolAsync(prefix, "ifconfig", "-l")).Succeeded(), StringComparison.Ordinal);
    }

    /// <summary>The command lines of the manual page, with the sample drivers of those names.</summary>
    [Fact]
    public async Task The_manual_pages_drivers_run_as_written()
    {
        await using Daemons daemons = await Daemons.CreateAsync();
        string bcm = await daemons.StartAsync(0, "lo0 bcm0", "-d", "/lib/dll/devnp-bcm1250.so", "memrange=0x10064000,irq=0x80050024,mac=001122334455");
        (await daemons.ToolAsync(bcm, "ifconfig", "bcm0", "10.184")).Succeeded();
        string shown = (await daemons.ToolAsync(bcm, "ifconfig", "bcm0")).Succeeded();
        Assert.Contains("address: 00:11:22:33:44:55", shown, StringComparison.Ordinal);
        Assert.Contains("BCM1250, registers 0x10064000, irq 0x80050024", shown, StringComparison.Ordinal);
        Assert.Contains("inet 10.0.0.184 netmask 0xff000000 broadcast 10.255.255.255", shown, StringComparison.Ordinal);

        string intel = await daemons.StartAsync(1, "lo0 en0 wan0", "-di82544", "name=en", "-di82544", "pci=0,name=wan");
        (await daemons.ToolAsync(intel, "ifconfig", "wan0", "10.1.0.1")).Succeeded();

        string devices = Path.Combine(daemons.Folder, "usb", "1-1");
        Directory.CreateDirectory(devices);
        foreach ((string name, string value) in ((string, string)[])[("busnum", "1"), ("devnum", "1"), ("idVendor", "13b1"), ("idProduct", "0020"), ("product", "WUSB54GC")])
            await File.WriteAllTextAsync(Path.Combine(devices, name), value + "\n", TestContext.Current.CancellationToken);
        daemons.Environment["IOPKT_USB_DEVICES"] = Path.GetDirectoryName(devices);
        string rum = await daemons.StartAsync(2, "lo0 rum0", "-drum", "did=0x0020,vid=0x13b1,devno=1,busno=1", "-drum", "did=0x0021,vid=0x13b1");
        Assert.Contains("media: Ethernet loop-back plug (RT2501, busno=1,devno=1,vid=0x13b1,did=0x0020 (WUSB54GC))", (await daemons.ToolAsync(rum, "ifconfig", "rum0")).Succeeded(), StringComparison.Ordinal);
        Assert.Contains("no USB device with vid=0x13b1,did=0x0021; there is busno=1,devno=1,vid=0x13b1,did=0x0020 (WUSB54GC)", daemons.Log(2), StringComparison.Ordinal);
        Assert.Contains("did=0x0020,vid=0x13b1,devno=1,busno=1", (await daemons.ToolAsync(rum, "usb", "-v")).Succeeded(), StringComparison.Ordinal);
    }

    /// <summary>mount's, with what there is here.</summary>
    [Fact]
    public async Task The_manual_pages_mount_commands_run_as_written()
    {
        await using Daemons daemons = await Daemons.CreateAsync();
        string prefix = await daemons.StartAsync(1, "lo0");
        (await daemons.ToolAsync("", "mount", "-Tio-pkt1", "/lib/dll/devnp-i82544.so")).Succeeded();
        Assert.Equal("lo0 wm0", (await daemons.ToolAsync(prefix, "ifconfig", "-l")).Succeeded().Trim());
        (await daemons.ToolAsync(prefix, "mount", "-T", "io-pkt", "-o", "mac=001122334455", "devnp-bcm1250.so")).Succeeded();
        Assert.Contains("address: 00:11:22:33:44:55", (await daemons.ToolAsync(prefix, "ifconfig", "bcm0")).Succeeded(), StringComparison.Ordinal);
        Outcome eightDigits = await daemons.ToolAsync(prefix, "mount", "-T", "io-pkt", "-o", "mac=12345678", "devnp-bcm1250.so");
        Assert.Equal((1, "mount: devnp-bcm1250: option mac=12345678: twelve hexadecimal digits are needed: 001122334455\n"), (eightDigits.ExitCode, eightDigits.Error));
        Outcome bge = await daemons.ToolAsync(prefix, "mount", "-T", "io-pkt", "-o", "mac=12345678", "devnp-bge.so");
        Assert.Equal(1, bge.ExitCode);
        Assert.StartsWith("mount: no module devnp-bge.so; tried ", bge.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Autoip_takes_an_address_that_avahi_does_not_have_and_they_talk()
    {
        Requires.Root();
        Requires.Programs("avahi-autoipd", "ping", "ip");
        await using Daemons daemons = await Daemons.CreateAsync();
        string prefix = await daemons.StartAsync(0, "lo0 tap0", "-d", "tap", "if=kernel0,host=10.1.0.1/24");
        (await daemons.ToolAsync(prefix, "ifconfig", "tap0", "up")).Succeeded();
        using Command avahi = daemons.Network.Start(null, "avahi-autoipd", "--no-drop-root", "--no-chroot", "--force-bind", "--start=169.254.20.20", "kernel0");
        await StackUnderTest.EventuallyAsync(async () =>
        {
            string addresses = (await daemons.Network.RunAsync("ip", "-4", "addr", "show", "kernel0")).Output;
            return (addresses.Contains("169.254.20.20", StringComparison.Ordinal), addresses + avahi.Output + avahi.Error);
        }, 30);
        (await daemons.ToolAsync(prefix, "mount", "-T", "io-pkt", "-o", "if=tap0,ip=169.254.20.20,delay=100,debug", "lsm-autoip.so")).Succeeded();
        string mine = "";
        await StackUnderTest.EventuallyAsync(async () =>
        {
            string shown = (await daemons.ToolAsync(prefix, "ifconfig", "tap0")).Succeeded();
            mine = LinkLocal().Match(shown).Groups[1].Value;
            return (mine.Length > 0, shown + daemons.Log(0));
        }, 30);
        Assert.NotEqual("169.254.20.20", mine);
        Assert.Contains(" has 169.254.20.20", daemons.Log(0), StringComparison.Ordinal);
        Assert.Contains("1 packets received", (await daemons.ToolAsync(prefix, "ping", "-c", "1", "169.254.20.20")).Succeeded(), StringComparison.Ordinal);
        (await daemons.Network.RunAsync("ping", "-c", "1", "-W", "5", "-I", "kernel0", mine)).Succeeded();
        (await daemons.ToolAsync(prefix, "umount", "-T", "io-pkt", "lsm-autoip")).Succeeded();
        Assert.DoesNotContain("169.254", (await daemons.ToolAsync(prefix, "ifconfig", "tap0")).Succeeded(), StringComparison.Ordinal);
        avahi.Signal(NativeMethods.Terminate);
    }

    [GeneratedRegex(@"inet (?:alias )?(169\.254\.\d+\.\d+)")]
    private static partial Regex LinkLocal();
}
