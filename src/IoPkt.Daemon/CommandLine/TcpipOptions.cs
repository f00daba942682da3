using System.Numerics;
using System.Security.Cryptography;

namespace IoPkt.Daemon.CommandLine;

/// <summary>The options of <c>-p tcpip</c>. Several <c>-p tcpip</c> add up; the last value of an option counts.</summary>
public sealed class TcpipOptions
{
    private const int DefaultBacklog = 128;
    private const int MaximumBacklog = 65535;
    private const int MaximumCache = 65536;

    /// <summary>Bytes. A cluster is at most half of the smallest large one, which holds a whole 64 KiB packet.</summary>
    private const int MinimumCluster = 512, MaximumCluster = 32768;

    private const int MaximumPage = 16 * 1024 * 1024;

    /// <summary>In the manual page, and not built yet.</summary>
    private static readonly string[] Later =
    [
        "bigpage_strict", "confstr_monitor", "fastforward", "forward6", "ipsec", "recv_ctxt", "rx_prio", "rx_pulse_prio", "stacksize",
        "threads_incr", "threads_max", "threads_min",
    ];

    private static readonly string[] Known =
        ["cache", "enmap", "forward", "mbuf_cache", "mclbytes", "pagesize", "pkt_cache", "prefix", "random", "reuseport_unicast", "somaxconn"];

    private readonly ModuleOptions _options;
    private readonly List<string> _warnings = [];

    /// <param name="words">The option words, in order.</param>
    /// <exception cref="CommandLineException">The prefix isn't usable: nobody would find the stack. All else is a warning.</exception>
    public TcpipOptions(IEnumerable<string?> words)
    {
        _options = new ModuleOptions(string.Join(',', words.Where(word => !string.IsNullOrEmpty(word))));
        Prefix = ReadPrefix();
        MbufPoolOptions defaults = new();
        bool cache = ReadFlag("cache", true);
        Memory = defaults with
        {
            ClusterSize = ReadPowerOfTwo("mclbytes", defaults.ClusterSize, MinimumCluster, MaximumCluster),
            PageSize = ReadPowerOfTwo("pagesize", defaults.PageSize, Environment.SystemPageSize, MaximumPage),
            MbufCache = cache ? ReadNumber("mbuf_cache", defaults.MbufCache, 0, MaximumCache) : 0,
            PacketCache = cache ? ReadNumber("pkt_cache", defaults.PacketCache, 0, MaximumCache) : 0,
        };
        Backlog = ReadNumber("somaxconn", DefaultBacklog, DefaultBacklog, MaximumBacklog);
        Forwarding = ReadFlag("forward", false);
        MapInterfaceNames = ReadMapInterfaceNames();
        ReusePortUnicast = ReadFlag("reuseport_unicast", false);
        KernelRandom = ReadFlag("random", false);
        NameTheRest();
    }

    public string Prefix { get; }

    /// <summary><c>mbuf_cache</c>, <c>pkt_cache</c>, <c>cache=0</c>, <c>mclbytes</c>, <c>pagesize</c></summary>
    public MbufPoolOptions Memory { get; }

    /// <summary><c>somaxconn</c></summary>
    public int Backlog { get; }

    /// <summary><c>forward</c></summary>
    public bool Forwarding { get; }

    /// <summary>Whether "en0" finds the first Ethernet interface: not with <c>enmap</c>.</summary>
    public bool MapInterfaceNames { get; }

    /// <summary><c>reuseport_unicast</c></summary>
    public bool ReusePortUnicast { get; }

    /// <summary><c>random</c>: the kernel's generator, that of /dev/random, instead of a pseudo-random one.</summary>
    public bool KernelRandom { get; }

    /// <summary>For the log: what was unknown, out of range or isn't supported, and what happens instead.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    public Random CreateRandom() => KernelRandom ? new KernelRandomSource() : new Random(RandomNumberGenerator.GetInt32(int.MaxValue));

    private string ReadPrefix()
    {
        string? prefix;
        try
        {
            prefix = _options.GetString("prefix");
        }
        catch (ModuleException e)
        {
            throw new CommandLineException($"-p tcpip: {e.Message}");
        }
        if (prefix is null)
            return "";
        if (!prefix.StartsWith('/'))
            throw new CommandLineException($"-p tcpip: option prefix={prefix}: it must begin with '/'");
        return prefix.TrimEnd('/');
    }

    private bool ReadFlag(string name, bool otherwise)
    {
        try
        {
            return _options.Has(name) ? _options.GetFlag(name) : otherwise;
        }
        catch (ModuleException e)
        {
            return Instead(e.Message, otherwise, otherwise ? "1" : "0");
        }
    }

    /// <summary>The plain word prevents the mapping; with a value it's a switch like others.</summary>
    private bool ReadMapInterfaceNames()
    {
        if (!_options.Has("enmap"))
            return true;
        return _options.IsWord("enmap") ? false : ReadFlag("enmap", true);
    }

    private int ReadNumber(string name, int otherwise, int minimum, int maximum)
    {
        try
        {
            return (int?)_options.GetNumber(name, minimum, maximum) ?? otherwise;
        }
        catch (ModuleException e)
        {
            return Instead(e.Message, otherwise, $"{otherwise}");
        }
    }

    private int ReadPowerOfTwo(string name, int otherwise, int minimum, int maximum)
    {
        int value = ReadNumber(name, otherwise, minimum, maximum);
        return BitOperations.IsPow2(value) ? value : Instead($"option {name}={value}: a power of two is needed", otherwise, $"{otherwise}");
    }

    private T Instead<T>(string problem, T used, string text)
    {
        _warnings.Add($"-p tcpip: {problem}; {text} is used");
        return used;
    }

    private void NameTheRest()
    {
        foreach (string name in _options.Unknown)
        {
            _warnings.Add(Later.Contains(name)
                ? $"-p tcpip: option {name} is not supported yet"
                : $"-p tcpip: unknown option {name}; known are {string.Join(", ", Known)}");
        }
    }
}
