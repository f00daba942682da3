using System.Text;
using IoPkt.Daemon.Hosting;
using IoPkt.Daemon.Sockets;
using IoPkt.Wire.Sockets;

namespace IoPkt.Daemon.CommandLine;

/// <summary>The options of <c>-p tcpip</c>. Several <c>-p tcpip</c> add up; the last value of an option counts.</summary>
public sealed class TcpipOptions
{
    /// <summary>SOMAXCONN of QNX's and BSD's &lt;sys/socket.h&gt;.</summary>
    private const int LeastBacklog = 128;

    private const int MaximumBacklog = 65535;
    private const int MaximumCache = 65536;

    /// <summary>Bytes. A cluster is at most half of the smallest large one, which holds a whole 64 KiB packet.</summary>
    private const int MinimumCluster = 512, MaximumCluster = 32768;

    private const int MaximumPage = 16 * 1024 * 1024;

    private const int MaximumOperations = 1_000_000;

    private readonly OptionReader _reader;
    private readonly List<string> _missing = [];

    /// <param name="words">The option words, in order.</param>
    /// <param name="variant">The program: it must have what is asked for.</param>
    /// <exception cref="CommandLineException">The prefix isn't usable, so nobody would find the stack; or the variant never has what is asked for. All else is a warning.</exception>
    public TcpipOptions(IEnumerable<string?> words, Variant variant)
    {
        ArgumentNullException.ThrowIfNull(variant);
        ModuleOptions options = new(string.Join(',', words.Where(word => !string.IsNullOrEmpty(word))));
        _reader = new OptionReader(options, "-p tcpip");
        Prefix = ReadPrefix(options);
        Memory = ReadMemory();
        ReceiveContext = _reader.Number("recv_ctxt", Sockets.ReceiveContext.Default, Sockets.ReceiveContext.Minimum, Sockets.ReceiveContext.Maximum);
        Backlog = _reader.Number("somaxconn", LeastBacklog, LeastBacklog, MaximumBacklog);
        (Forwarding, FastForwarding) = ReadForwarding();
        MapInterfaceNames = ReadMapInterfaceNames();
        FollowHostName = _reader.Flag("confstr_monitor", false);
        ReusePortUnicast = _reader.Flag("reuseport_unicast", false);
        KernelRandom = _reader.Flag("random", false);
        Operations = ReadOperations();
        ThreadPriority = ReadPriority();
        StackSize = ReadStackSize();
        CheckFeatures(variant);
        NameTheRest();
    }

    public string Prefix { get; }

    /// <summary><c>mbuf_cache</c>, <c>pkt_cache</c>, <c>cache=0</c>, <c>mclbytes</c>, <c>pagesize</c>, <c>bigpage_strict</c></summary>
    public MbufPoolOptions Memory { get; }

    /// <summary><c>recv_ctxt</c>: bytes of the buffer that a client's data is received into.</summary>
    public int ReceiveContext { get; }

    /// <summary><c>somaxconn</c></summary>
    public int Backlog { get; }

    /// <summary><c>forward</c>, or <c>fastforward</c>, which brings it with it</summary>
    public bool Forwarding { get; }

    /// <summary>Not with <c>fastforward=0</c>.</summary>
    public bool FastForwarding { get; }

    /// <summary>Whether "en0" finds the first Ethernet interface: not with <c>enmap</c>.</summary>
    public bool MapInterfaceNames { get; }

    /// <summary><c>confstr_monitor</c></summary>
    public bool FollowHostName { get; }

    /// <summary><c>reuseport_unicast</c></summary>
    public bool ReusePortUnicast { get; }

    /// <summary><c>random</c>: chance comes from /dev/random instead of a pseudo-random generator.</summary>
    public bool KernelRandom { get; }

    /// <summary><c>threads_min</c>, <c>threads_max</c>, <c>threads_incr</c></summary>
    public OperationLimits Operations { get; }

    /// <summary><c>rx_prio</c>, <c>rx_pulse_prio</c>: real-time priority of the packet threads; <c>null</c>: ordinary scheduling.</summary>
    public int? ThreadPriority { get; }

    /// <summary><c>stacksize</c>: bytes of a packet thread's stack; 0: the host's default.</summary>
    public int StackSize { get; }

    /// <summary>For the log: what was unknown or out of range, and what happens instead.</summary>
    public IReadOnlyList<string> Warnings => _reader.Warnings;

    /// <summary>For the log, as errors: what was asked for, and this variant is to have, but hasn't yet.</summary>
    public IReadOnlyList<string> Missing => _missing;

    /// <summary>The names of all options, whether given or not.</summary>
    internal IEnumerable<string> Known => _reader.Options.Asked.Order(StringComparer.Ordinal);

    public Random CreateRandom() => KernelRandom ? new KernelRandomSource() : new Random();

    private static string ReadPrefix(ModuleOptions options)
    {
        string? prefix;
        try
        {
            prefix = options.GetString("prefix");
        }
        catch (ModuleException e)
        {
            throw new CommandLineException($"-p tcpip: {e.Message}");
        }
        if (prefix is null)
            return "";
        if (!prefix.StartsWith('/'))
            throw new CommandLineException($"-p tcpip: option prefix={prefix}: it must begin with '/'");
        prefix = prefix.TrimEnd('/');
        if (Encoding.UTF8.GetByteCount(prefix) > SocketName.MaximumPrefixBytes)
            throw new CommandLineException($"-p tcpip: option prefix={prefix}: at most {SocketName.MaximumPrefixBytes} bytes");
        return prefix;
    }

    private MbufPoolOptions ReadMemory()
    {
        MbufPoolOptions defaults = new();
        bool cache = _reader.Flag("cache", true);
        int mbufCache = _reader.Number("mbuf_cache", defaults.MbufCache, 0, MaximumCache);
        int packetCache = _reader.Number("pkt_cache", defaults.PacketCache, 0, MaximumCache);
        return defaults with
        {
            ClusterSize = _reader.PowerOfTwo("mclbytes", defaults.ClusterSize, MinimumCluster, MaximumCluster),
            PageSize = _reader.PowerOfTwo("pagesize", defaults.PageSize, Environment.SystemPageSize, MaximumPage),
            BigPagesForAllPools = _reader.Flag("bigpage_strict", false),
            MbufCache = cache ? mbufCache : 0,
            PacketCache = cache ? packetCache : 0,
        };
    }

    /// <summary>
    /// Each brings the other: <c>fastforward</c> turns forwarding on, and <c>forward</c> the fast path, but for <c>forward,fastforward=0</c>. <c>fastforward=0</c> alone
    /// leaves forwarding off, and the fast path too for whoever turns it on later.
    /// </summary>
    private (bool Forward, bool Fast) ReadForwarding()
    {
        bool? fast = _reader.OptionalFlag("fastforward", "the default");
        return (_reader.Flag("forward", fast == true), fast != false);
    }

    /// <summary>The plain word prevents the mapping; with a value it's a switch like others.</summary>
    private bool ReadMapInterfaceNames() => !_reader.Options.IsWord("enmap") && _reader.Flag("enmap", true);

    private OperationLimits ReadOperations()
    {
        OperationLimits defaults = new();
        int maximum = _reader.Number("threads_max", defaults.Maximum, OperationLimits.LeastMinimum, MaximumOperations);
        int minimum = _reader.Number("threads_min", Math.Min(defaults.Minimum, maximum), OperationLimits.LeastMinimum, MaximumOperations);
        if (minimum > maximum)
            minimum = _reader.Instead($"option threads_min={minimum}: more than threads_max, {maximum}", maximum, $"{maximum}");
        return new OperationLimits(minimum, maximum, _reader.Number("threads_incr", defaults.Increment, 1, MaximumOperations));
    }

    /// <summary>Two words for one thing here, since a device's interrupt and its thread are one event; the greater counts.</summary>
    private int? ReadPriority()
    {
        int? receive = _reader.OptionalNumber("rx_prio", RealTimePriority.Minimum, RealTimePriority.Maximum, RealTimePriority.None);
        int? pulse = _reader.OptionalNumber("rx_pulse_prio", RealTimePriority.Minimum, RealTimePriority.Maximum, RealTimePriority.None);
        return receive is null ? pulse : Math.Max(receive.Value, pulse ?? 0);
    }

    /// <summary>QNX's threads start with 4096 bytes; less is ignored there and here. What .NET itself needs on a stack is more.</summary>
    private int ReadStackSize()
    {
        const int least = 4096, needed = 256 * 1024, most = 256 * 1024 * 1024;
        int? size = _reader.OptionalNumber("stacksize", least, most, "the host's default");
        return size is < needed ? _reader.Instead($"option stacksize={size}: a thread needs at least {needed}", needed, $"{needed}") : size ?? 0;
    }

    private void CheckFeatures(Variant variant)
    {
        foreach (Feature feature in Feature.All)
        {
            foreach (string option in feature.Options)
            {
                if (!_reader.Has(option) || !_reader.Flag(option, false) || variant.Has(feature))
                    continue;
                string problem = $"-p tcpip: option {option}: {feature.Explain(variant)}";
                if (!feature.Variants.Contains(variant.Name))
                    throw new CommandLineException(problem);
                _missing.Add(problem);
            }
        }
    }

    private void NameTheRest()
    {
        foreach (string name in _reader.Options.Unknown)
            _reader.Warn($"unknown option {name}; known are {string.Join(", ", Known)}");
    }
}
