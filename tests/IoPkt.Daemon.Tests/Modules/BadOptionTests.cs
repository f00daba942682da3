using IoPkt.Daemon.Interfaces;
using IoPkt.Daemon.Modules;

namespace IoPkt.Daemon.Tests.Modules;

/// <summary>
/// Every option of every module that is shipped, the stack's own among them, with every kind of value that makes no sense: a message that names the option, what was given and what is valid, and nothing
/// is left of it. Modules say themselves which options they have, so a new one is here as soon as it's there.
/// </summary>
public sealed class BadOptionTests
{
    private static readonly string[] s_drivers = ["bcm1250", "i82544", "packet", "pcap", "rum", "tap", "udp"];

    private static readonly string[] s_protocols = ["autoip", "echo"];

    /// <summary>What a module needs besides, before it looks at anything else. None of it is ever opened.</summary>
    private static readonly Dictionary<string, string> s_needed = new()
    {
        ["packet"] = "if=nosuch",
        ["pcap"] = "read=/dev/null",
        ["udp"] = "local=127.0.0.1:7001,remote=127.0.0.1:7002",
    };

    private static readonly string[] s_numbers = ["-1", "99999999999999999999999", "0x", "0xffffffffffffffff", "1.5", "text", "NaN"];

    /// <summary>By what stands after "=" in the option's description.</summary>
    private static readonly Dictionary<string, string[]> s_wrong = new()
    {
        ["(a plain word)"] = ["-1", "2", "99999999999999999999999", "text"],
        ["0|1"] = ["-1", "2", "99999999999999999999999", "text"],
        ["N"] = s_numbers,
        ["BYTES"] = [.. s_numbers, "67", "65536"],
        ["MS"] = [.. s_numbers, "0", "8001"],
        ["MIB"] = [.. s_numbers, "0", "1025"],
        ["ID"] = [.. s_numbers, "65536"],
        ["FACTOR"] = ["-1", "99999999999999999999999", "0x", "1e3", "text", "NaN", "-Infinity", "Infinity", "1000001"],
        ["ADDRESS"] = ["-1", "99999999999999999999999", "0x", "1.5", "text", "ff:ff:ff:ff:ff:zz"],
        ["ADDRESS|host"] = ["-1", "99999999999999999999999", "text", "hosts", "ff:ff:ff:ff:ff:ff", "00:00:00:00:00:00"],
        ["ADDRESS/LEN"] = ["-1", "10.1.0.1", "10.1/16", "10.1.0.1/", "10.1.0.1/0", "10.1.0.1/33", "10.1.0.1/24/24", "::1/64", "text"],
        ["ADDRESS:PORT"] = ["-1", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:99999999999999999999", ":7001", "localhost:7001", "text"],
        ["PREFIX"] = ["-1", "-", "0", "1.5", "a/b", "a0", "0x", "averylongprefix"],
        ["INTERFACE"] = ["-1", "text", "99999999999999999999999"],
        ["NAME"] = [],
        ["FILE"] = [],
    };

    private static readonly (string Module, string Options, string Expected)[] s_more =
    [
        ("tap", "if=a/b", "option if=a/b: 1 to 15 characters"),
        ("tap", "if=averylongnameofan", "option if=averylongnameofan: 1 to 15 characters"),
        ("tap", "if=%s", "option if=%s: 1 to 15 characters"),
        ("tap", "if=-1", "option if=-1: 1 to 15 characters, without spaces, '/' or ':', not beginning with '-'"),
        ("tap", "mac=ff:ff:ff:ff:ff:ff", "option mac=ff:ff:ff:ff:ff:ff: that isn't the address of one station"),
        ("tap", "name=abcdefghijklmn,unit=10,if=x,mtu=0", "option mtu=0"),
        ("packet", "mtu=1500", "option if=NAME is needed"),
        ("packet", "if=nosuch", "option if=nosuch: the host has no such interface; it has "),
        ("pcap", "speed=1", "one of the options if=NAME (an interface of the host) and read=FILE (a capture file) is needed"),
        ("pcap", "if=x,read=/dev/null", "one of the options if=NAME"),
        ("pcap", "if=x,speed=2", "options speed= and loop= are of a replay"),
        ("pcap", "read=/nonexistent", "option read=/nonexistent: there is no such file"),
        ("udp", "local=127.0.0.1:7001", "option remote is missing: remote=ADDRESS:PORT, for example "),
        ("udp", "remote=127.0.0.1:7001", "option local is missing: local=ADDRESS:PORT, for example "),
        ("udp", "local=127.0.0.1:7001,remote=[::1]:7002", "both must be IPv4, or both IPv6"),
        ("udp", "local=127.0.0.1:7001,remote=0.0.0.0:7002", "option remote=0.0.0.0:7002: the address of one host is needed"),
        ("udp", "name=wan,local=127.0.0.1:7001,remote=127.0.0.1:7002", "unknown option name; it knows local=ADDRESS:PORT"),
        ("shim", "", "devnp-shim needs a legacy driver to run: -d shim "),
        ("shim", "devn-nosuch", "no module devn-nosuch; tried "),
        ("autoip", "ip=169.254.0.255", "option ip=169.254.0.255: an address from 169.254.1.0 to 169.254.254.255 is needed"),
        ("autoip", "ip=10.1.0.2", "option ip=10.1.0.2: an address from 169.254.1.0 to 169.254.254.255 is needed"),
        ("echo", "to=00:00:00:00:00:00", "option to=00:00:00:00:00:00: an Ethernet address is needed"),
    ];

    public static async Task<TheoryData<string, string>> Options()
    {
        TheoryData<string, string> data = [];
        await using ModuleFixture fixture = new();
        ModuleLoader loader = fixture.Loader;
        foreach (string name in s_drivers)
        {
            (LoadedModule<IDriver> module, _) = loader.LoadDriver(name, null);
            foreach (ModuleOption option in module.Entry!.Options.Concat(GenericDriverOptions.For(module.Entry, module.IsLegacy)))
                data.Add(name, Describe(option));
            module.Unload();
        }
        foreach (string name in s_protocols)
        {
            LoadedModule<IProtocolModule> module = loader.LoadProtocol(name);
            foreach (ModuleOption option in module.Entry!.Options)
                data.Add(name, Describe(option));
            module.Unload();
        }
        return data;

        static string Describe(ModuleOption option) => $"{option.Name}={option.Value ?? "(a plain word)"}";
    }

    public static TheoryData<string, string, string> More() => [.. s_more.Select(m => (m.Module, m.Options, m.Expected))];

    [Theory]
    [MemberData(nameof(Options))]
    public async Task A_wrong_value_is_a_message(string module, string option)
    {
        await using ModuleFixture daemon = new();
        string name = option.Split('=')[0], kind = option.Split('=')[1];
        bool isWord = kind == "(a plain word)";
        string[] others = [.. s_needed.GetValueOrDefault(module, "").Split(',').Where(word => word.Length > 0 && !word.StartsWith($"{name}=", StringComparison.Ordinal))];
        foreach (string value in s_wrong[kind])
            await RefusedAsync(daemon, module, [.. others, $"{name}={value}"], $"option {name}={value}: ");
        await RefusedAsync(daemon, module, [.. others, $"{name}="], isWord || kind == "0|1" ? $"option {name}=: use {name}, {name}=1 or {name}=0" : $"option {name}: a value is missing");
        if (!isWord && kind != "0|1")
            await RefusedAsync(daemon, module, [.. others, name], $"option {name}: a value is missing ({name}=VALUE)");
        await RefusedAsync(daemon, module, [.. others, $"{name}=1", $"{name}=0"], $"option {name} is given with more than one value: {name}=1, {name}=0");
        foreach (string mistyped in (string[])[name + "x", name.ToUpperInvariant(), "=" + name])
            await RefusedAsync(daemon, module, [.. others, mistyped], $"unknown option {mistyped}; it knows ");
        Assert.Equal(["lo0"], daemon.Stack.Interfaces.All.Select(i => i.Name));
        Assert.Empty(daemon.Protocols.All);
    }

    [Theory]
    [MemberData(nameof(More))]
    public async Task What_does_not_go_together_or_is_missing_is_a_message(string module, string options, string expected)
    {
        await using ModuleFixture daemon = new();
        await RefusedAsync(daemon, module, [options], expected);
        Assert.Equal(["lo0"], daemon.Stack.Interfaces.All.Select(i => i.Name));
    }

    private static async Task RefusedAsync(ModuleFixture daemon, string module, string[] words, string expected)
    {
        string options = string.Join(',', words);
        ModuleException refused = await Assert.ThrowsAsync<ModuleException>(() =>
            s_protocols.Contains(module) ? daemon.Protocols.LoadAsync(module, options) : daemon.Interfaces.LoadDriverAsync(module, options));
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", refused.Message, StringComparison.Ordinal);
    }
}
