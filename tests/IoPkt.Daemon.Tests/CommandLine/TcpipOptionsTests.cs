using IoPkt.Daemon.CommandLine;
using IoPkt.Daemon.Hosting;
using IoPkt.Daemon.Sockets;

namespace IoPkt.Daemon.Tests.CommandLine;

/// <summary>The options of <c>-p tcpip</c>: defaults, good values, and every kind of bad one.</summary>
public sealed class TcpipOptionsTests
{
    /// <summary>How to see what an option has come to.</summary>
    private static readonly Dictionary<string, Func<TcpipOptions, object?>> s_values = new()
    {
        ["bigpage_strict"] = o => o.Memory.BigPagesForAllPools,
        ["cache"] = o => (o.Memory.MbufCache, o.Memory.PacketCache),
        ["confstr_monitor"] = o => o.FollowHostName,
        ["enmap"] = o => o.MapInterfaceNames,
        ["fastforward"] = o => (o.Forwarding, o.FastForwarding),
        ["forward"] = o => (o.Forwarding, o.FastForwarding),
        ["mbuf_cache"] = o => o.Memory.MbufCache,
        ["mclbytes"] = o => o.Memory.ClusterSize,
        ["pagesize"] = o => o.Memory.PageSize,
        ["pkt_cache"] = o => o.Memory.PacketCache,
        ["random"] = o => o.KernelRandom,
        ["recv_ctxt"] = o => o.ReceiveContext,
        ["reuseport_unicast"] = o => o.ReusePortUnicast,
        ["rx_prio"] = o => o.ThreadPriority,
        ["rx_pulse_prio"] = o => o.ThreadPriority,
        ["somaxconn"] = o => o.Backlog,
        ["stacksize"] = o => o.StackSize,
        ["threads_incr"] = o => o.Operations.Increment,
        ["threads_max"] = o => o.Operations.Maximum,
        ["threads_min"] = o => o.Operations.Minimum,
    };

    private static readonly string[] s_flags = ["bigpage_strict", "cache", "confstr_monitor", "enmap", "fastforward", "forward", "random", "reuseport_unicast"];

    public static TheoryData<string, string> Bad()
    {
        TheoryData<string, string> data = [];
        foreach (string option in s_values.Keys)
        {
            foreach (string value in (string[])["-1", "99999999999999999999", "text", "1.5", "0x", " "])
                data.Add(option, value);
            data.Add(option, s_flags.Contains(option) ? "2" : "");
        }
        foreach ((string option, string value) in new (string, string)[]
        {
            ("recv_ctxt", "2047"), ("recv_ctxt", "65537"), ("somaxconn", "127"), ("somaxconn", "65536"), ("threads_min", "3"), ("threads_max", "3"), ("threads_incr", "0"),
            ("rx_prio", "0"), ("rx_prio", "64"), ("rx_pulse_prio", "64"), ("mclbytes", "256"), ("mclbytes", "3000"), ("mclbytes", "65536"), ("pagesize", "2048"),
            ("pagesize", "12288"), ("stacksize", "4095"), ("threads_min", "201"),
        })
            data.Add(option, value);
        return data;
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public void A_bad_value_is_named_and_another_used(string option, string value)
    {
        TcpipOptions options = Parse($"{option}={value}");
        string warning = Assert.Single(options.Warnings);
        Assert.StartsWith($"-p tcpip: option {option}", warning, StringComparison.Ordinal);
        Assert.Matches("; .+ is used$|: a value is missing", warning);
        object? expected = option == "threads_min" && value == "201" ? 200 : s_values[option](Parse(""));
        Assert.Equal(expected, s_values[option](options));
    }

    [Theory]
    [InlineData("bigpage_strict", "bigpage_strict", true)]
    [InlineData("confstr_monitor", "confstr_monitor", true)]
    [InlineData("enmap", "enmap", false)]
    [InlineData("enmap=0", "enmap", false)]
    [InlineData("enmap=1", "enmap", true)]
    [InlineData("mbuf_cache=0", "mbuf_cache", 0)]
    [InlineData("mbuf_cache=500", "mbuf_cache", 500)]
    [InlineData("pkt_cache=7", "pkt_cache", 7)]
    [InlineData("mclbytes=4096", "mclbytes", 4096)]
    [InlineData("pagesize=0x100000", "pagesize", 1 << 20)]
    [InlineData("random", "random", true)]
    [InlineData("recv_ctxt=2048", "recv_ctxt", 2048)]
    [InlineData("reuseport_unicast", "reuseport_unicast", true)]
    [InlineData("rx_prio=21", "rx_prio", 21)]
    [InlineData("rx_pulse_prio=30", "rx_prio", 30)]
    [InlineData("rx_prio=21,rx_pulse_prio=10", "rx_prio", 21)]
    [InlineData("somaxconn=1024", "somaxconn", 1024)]
    [InlineData("somaxconn=200,somaxconn=200", "somaxconn", 200)]
    [InlineData("stacksize=1048576", "stacksize", 1 << 20)]
    [InlineData("threads_min=4", "threads_min", 4)]
    [InlineData("threads_max=1000", "threads_max", 1000)]
    [InlineData("threads_max=10", "threads_min", 10)]
    [InlineData("threads_incr=1", "threads_incr", 1)]
    public void A_good_value_is_used(string words, string option, object expected)
    {
        TcpipOptions options = Parse(words);
        Assert.Empty(options.Warnings);
        Assert.Equal(expected, s_values[option](options));
    }

    [Theory]
    [InlineData("", false, true)]
    [InlineData("forward", true, true)]
    [InlineData("fastforward", true, true)]
    [InlineData("fastforward=1", true, true)]
    [InlineData("fastforward=0", false, false)]
    [InlineData("forward,fastforward=0", true, false)]
    [InlineData("forward=0", false, true)]
    [InlineData("forward=0,fastforward", false, true)]
    public void Forward_and_fastforward_bring_each_other(string words, bool forward, bool fast)
    {
        TcpipOptions options = Parse(words);
        Assert.Equal((forward, fast), (options.Forwarding, options.FastForwarding));
    }

    [Fact]
    public void Every_option_is_in_these_tests() =>
        Assert.Equal(Parse("").Known.Except(["prefix", "forward6", "ipsec"]).Order(), s_values.Keys.Order());

    [Theory]
    [InlineData("somaxconn=200,somaxconn=300", "somaxconn=200, somaxconn=300", 300)]
    [InlineData("somaxconn=300,forward,somaxconn=200,somaxconn=300", "somaxconn=300, somaxconn=200", 300)]
    public void The_last_of_several_values_is_used_and_the_log_says_so(string words, string named, int used)
    {
        TcpipOptions options = Parse(words);
        Assert.Equal(used, options.Backlog);
        Assert.Equal($"-p tcpip: option somaxconn is given with more than one value: {named}; the last is used", Assert.Single(options.Warnings));
    }

    [Fact]
    public void Cache_0_turns_both_caches_off()
    {
        TcpipOptions options = Parse("mbuf_cache=10,pkt_cache=20,cache=0");
        Assert.Equal((0, 0), (options.Memory.MbufCache, options.Memory.PacketCache));
    }

    [Fact]
    public void Defaults_are_the_manual_page_s()
    {
        TcpipOptions options = Parse("");
        Assert.Equal(new OperationLimits(15, 200, 25), options.Operations);
        Assert.Equal((65536, 2048, 128, 64, 128), (options.ReceiveContext, options.Memory.ClusterSize, options.Memory.MbufCache, options.Memory.PacketCache, options.Backlog));
        Assert.Equal(("", null, 0), (options.Prefix, options.ThreadPriority, options.StackSize));
    }

    [Fact]
    public void A_small_stack_is_raised_to_what_a_thread_needs()
    {
        TcpipOptions options = Parse("stacksize=4096");
        Assert.Equal(256 * 1024, options.StackSize);
        Assert.Equal("-p tcpip: option stacksize=4096: a thread needs at least 262144; 262144 is used", Assert.Single(options.Warnings));
    }

    [Theory]
    [InlineData("reply_ctxt=5")]
    [InlineData("frward")]
    [InlineData("=")]
    [InlineData("=5")]
    public void An_unknown_option_is_named(string words)
    {
        string warning = Assert.Single(Parse(words).Warnings);
        Assert.StartsWith($"-p tcpip: unknown option {(words[0] == '=' ? words : words.Split('=')[0])}; known are bigpage_strict, cache, ", warning, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("prefix", "-p tcpip: option prefix: a value is missing (prefix=VALUE)")]
    [InlineData("prefix=", "-p tcpip: option prefix: a value is missing (prefix=VALUE)")]
    [InlineData("prefix=alt", "-p tcpip: option prefix=alt: it must begin with '/'")]
    public void Without_a_usable_prefix_nothing_starts(string words, string message) =>
        Assert.Equal(message, Assert.Throws<CommandLineException>(() => Parse(words)).Message);

    [Fact]
    public void A_prefix_has_room_in_the_name_of_a_socket()
    {
        string longest = "/" + new string('a', 63);
        Assert.Equal(longest, Parse($"prefix={longest}/").Prefix);
        Assert.Equal($"-p tcpip: option prefix={longest}a: at most 64 bytes", Assert.Throws<CommandLineException>(() => Parse($"prefix={longest}a")).Message);
    }

    [Theory]
    [InlineData("ipsec", "-p tcpip: option ipsec: io-pkt-v4 has no IPsec; use io-pkt-v4-hc or io-pkt-v6-hc")]
    [InlineData("forward6", "-p tcpip: option forward6: io-pkt-v4 has no IPv6; use io-pkt-v6-hc")]
    public void What_the_variant_lacks_is_refused_with_the_one_that_has_it(string words, string message) =>
        Assert.Equal(message, Assert.Throws<CommandLineException>(() => Parse(words)).Message);

    [Theory]
    [InlineData("ipsec=0", "io-pkt-v4")]
    [InlineData("forward6=0", "io-pkt-v4")]
    public void What_is_turned_off_is_no_lack(string words, string program) => Assert.Empty(Parse(words, program).Missing);

    [Theory]
    [InlineData("ipsec=2")]
    [InlineData("ipsec=")]
    [InlineData("forward6=text")]
    [InlineData("forward6=-1")]
    [InlineData("forward6=99999999999999999999")]
    public void A_bad_value_asks_for_nothing(string words)
    {
        foreach (string program in (string[])["io-pkt-v4", "io-pkt-v6-hc"])
        {
            TcpipOptions options = Parse(words, program);
            string name = words.Split('=')[0];
            Assert.Equal($"-p tcpip: option {words}: use {name}, {name}=1 or {name}=0; 0 is used", Assert.Single(options.Warnings));
            Assert.Empty(options.Missing);
        }
    }

    [Fact]
    public void What_the_variant_is_to_have_is_named_and_the_start_goes_on()
    {
        TcpipOptions options = Parse("ipsec,forward6", "io-pkt-v6-hc");
        Assert.Empty(options.Warnings);
        Assert.Equal(
        [
            "-p tcpip: option forward6: io-pkt-v6-hc is to have IPv6, but this version hasn't yet",
            "-p tcpip: option ipsec: io-pkt-v6-hc is to have IPsec, but this version hasn't yet",
        ], options.Missing);
    }

    [Fact]
    public void What_the_variant_has_is_accepted()
    {
        Variant variant = new("io-pkt-v6-hc", [new Capability("ipsec", _ => { })]);
        TcpipOptions options = new(["ipsec"], variant);
        Assert.Empty(options.Missing);
        Assert.DoesNotContain(variant.Missing, f => f.Name == "IPsec");
    }

    private static TcpipOptions Parse(string words, string program = "io-pkt-v4") => new([words], new Variant(program, []));
}
