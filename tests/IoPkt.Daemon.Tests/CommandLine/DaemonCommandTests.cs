using IoPkt.Daemon.CommandLine;
using IoPkt.Daemon.Hosting;

namespace IoPkt.Daemon.Tests.CommandLine;

/// <summary>io-pkt's own syntax, and what it says of words that it doesn't understand.</summary>
public sealed class DaemonCommandTests
{
    [Theory]
    [InlineData("-d tap")]
    [InlineData("-dtap")]
    [InlineData("-vdtap")]
    [InlineData("--driver=tap")]
    [InlineData("--driver tap")]
    public void A_driver_without_options(string words) => Assert.Equal(new ModuleRequest(ModuleKind.Driver, "tap", null), Assert.Single(Parse(words).Modules));

    [Fact]
    public void The_manual_page_s_command_lines()
    {
        Assert.Equal(
            [new ModuleRequest(ModuleKind.Driver, "i82544", "pci=0,name=wan")],
            Parse("-di82544 pci=0,name=wan").Modules);
        Assert.Equal(
            [new ModuleRequest(ModuleKind.Driver, "rum", "did=0x0020,vid=0x13b1,devno=1,busno=1")],
            Parse("-drum did=0x0020,vid=0x13b1,devno=1,busno=1").Modules);
        Assert.Equal(
            [new ModuleRequest(ModuleKind.Driver, "/lib/dll/devnp-bcm1250.so", "memrange=0x10064000,irq=0x80050024,mac=001122334455")],
            Parse("-d /lib/dll/devnp-bcm1250.so memrange=0x10064000,irq=0x80050024,mac=001122334455").Modules);
        DaemonArguments second = Parse("-i1 -ptcpip prefix=/alt");
        Assert.Equal((1, new ModuleRequest(ModuleKind.Protocol, "tcpip", "prefix=/alt")), (second.Instance, Assert.Single(second.Modules)));
    }

    [Fact]
    public void Modules_keep_their_order()
    {
        Assert.Equal(["tap", "tcpip", "pcap", "autoip"], Parse("-d tap -ptcpip -dpcap if=x -p autoip if=tap0").Modules.Select(m => m.Name));
    }

    [Fact]
    public void The_other_options()
    {
        DaemonArguments arguments = Parse("-SvD -t3 -P 30 -U nobody:nogroup -i 7 --foreground");
        Assert.Equal((7, 3, true, true, true), (arguments.Instance, arguments.Threads, arguments.Verbose, arguments.NoFaultHandler, arguments.Foreground));
        Assert.Equal((true, 30, "nobody:nogroup"), (arguments.DedicatedStackThread, arguments.Priority, arguments.User));
        DaemonArguments defaults = Parse("");
        Assert.Equal((0, Environment.ProcessorCount, false, null, null),
            (defaults.Instance, defaults.Threads, defaults.DedicatedStackThread, defaults.Priority, defaults.User));
    }

    [Theory]
    [InlineData("-t 0", "option -t 0: a whole number from 1 to 256 is needed")]
    [InlineData("-t -1", "option -t needs a number: -t 2, not '-1'")]
    [InlineData("-t 257", "option -t 257: a whole number from 1 to 256 is needed")]
    [InlineData("-t 99999999999999999999", "option -t 99999999999999999999: a whole number from 1 to 256 is needed")]
    [InlineData("-t two", "option -t two: a whole number from 1 to 256 is needed")]
    [InlineData("-t", "option -t needs a number: -t 2")]
    [InlineData("-i 10000", "option -i 10000: a whole number from 0 to 9999 is needed")]
    [InlineData("-i one", "option -i one: a whole number from 0 to 9999 is needed")]
    [InlineData("-i", "option -i needs a number: -i 1")]
    [InlineData("-P 64", "option -P 64: a whole number from 1 to 63 is needed")]
    [InlineData("-P", "option -P needs a priority: -P 21")]
    [InlineData("-U", "option -U needs a user: -U 1000 or -U nobody:nogroup")]
    [InlineData("-d", "option -d needs a driver: -d tap")]
    [InlineData("-d -v", "option -d needs a driver: -d tap, not '-v'")]
    [InlineData("-p", "option -p needs a protocol: -p tcpip")]
    [InlineData("--foreground=1", "option --foreground takes no value")]
    [InlineData("tap", "unexpected 'tap'; try --help")]
    [InlineData("-P -1", "option -P needs a priority: -P 21, not '-1'")]
    [InlineData("-P1.5", "option -P 1.5: a whole number from 1 to 63 is needed")]
    [InlineData("-t-1", "option -t -1: a whole number from 1 to 256 is needed")]
    [InlineData("-i1 -i2", "option -i is given twice, as 1 and as 2")]
    [InlineData("-i 1 --instance=2", "option --instance is given twice, as 1 and as 2")]
    [InlineData("-t2 -v -t 3", "option -t is given twice, as 2 and as 3")]
    [InlineData("-P1 -P2", "option -P is given twice, as 1 and as 2")]
    [InlineData("-U 1 -U 2", "option -U is given twice, as 1 and as 2")]
    [InlineData("-U--instance -i one", "option -i one: a whole number from 0 to 9999 is needed")]
    [InlineData("--help=1", "option --help takes no value")]
    [InlineData("-", "unexpected '-'; try --help")]
    [InlineData("--", "unexpected '--'; try --help")]
    [InlineData("-d tap a=1 b=2", "unexpected 'b=2': a module's options are one word, separated by commas: tap a=1,b=2")]
    public void What_makes_no_sense_is_refused_with_what_does(string words, string message) =>
        Assert.Equal(message, Assert.Throws<CommandLineException>(() => Parse(words)).Message);

    /// <summary>As when a script adds its options to a user's.</summary>
    [Fact]
    public void What_is_said_twice_alike_is_said()
    {
        DaemonArguments arguments = Parse("-i1 -vSD -i 1 -vSD -t2 -t2");
        Assert.Equal((1, 2, true), (arguments.Instance, arguments.Threads, arguments.Verbose));
    }

    [Theory]
    [InlineData("-x")]
    [InlineData("-E")]
    [InlineData("--bogus")]
    public void An_unknown_option_is_named_with_those_that_are_known(string words)
    {
        string message = Assert.Throws<CommandLineException>(() => Parse(words)).Message;
        Assert.StartsWith($"unknown option {words}; valid are -D, -d driver [options], -i instance, ", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1000", 1000u, 1000u)]
    [InlineData("1000:5", 1000u, 5u)]
    [InlineData("daemon", 1u, 7u)]
    [InlineData("1", 1u, 7u)]
    [InlineData("daemon:staff", 1u, 50u)]
    public void User_and_group(string text, uint user, uint group)
    {
        (string passwords, string groups) = Accounts();
        Assert.Equal(new UserIdentity(user, group), UserIdentity.Parse(text, passwords, groups));
    }

    [Theory]
    [InlineData("nosuch", "there's no user nosuch")]
    [InlineData("", "there's no user ")]
    [InlineData("-1", "there's no user -1")]
    [InlineData("4294967295", "there's no user 4294967295")]
    [InlineData("1:nosuch", "there's no group nosuch")]
    [InlineData("1:", "there's no group ")]
    public void No_such_user(string text, string reason)
    {
        (string passwords, string groups) = Accounts();
        Assert.Equal($"option -U {text}: {reason}", Assert.Throws<CommandLineException>(() => UserIdentity.Parse(text, passwords, groups)).Message);
    }

    private static (string Passwords, string Groups) Accounts()
    {
        string folder = Directory.CreateTempSubdirectory("io-pkt-test-").FullName;
        File.WriteAllText(Path.Combine(folder, "passwd"), "root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:7::/:/bin/false\nbroken\n");
        File.WriteAllText(Path.Combine(folder, "group"), "root:x:0:\nstaff:x:50:\n");
        return (Path.Combine(folder, "passwd"), Path.Combine(folder, "group"));
    }

    private static DaemonArguments Parse(string words) =>
        new DaemonCommand(new Variant("io-pkt-v4", [])).Parse(words.Split(' ', StringSplitOptions.RemoveEmptyEntries))!;
}
