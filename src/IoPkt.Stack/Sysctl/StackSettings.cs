namespace IoPkt.Stack;

/// <summary>What <c>sysctl kern</c> and <c>sysctl qnx</c> show and set: settings of no one protocol. Changed in the stack context.</summary>
public sealed class StackSettings
{
    internal StackSettings(NetworkStackOptions options)
    {
        HostName = options.HostName;
        MaximumBacklog = options.MaximumBacklog;
        MapInterfaceNames = options.MapInterfaceNames;
    }

    /// <summary><c>kern.hostname</c></summary>
    public string HostName { get; set; }

    /// <summary><c>kern.sbmax</c>: the most that a program may ask for with SO_SNDBUF and SO_RCVBUF, in bytes.</summary>
    public int MaximumBuffer { get; set; } = 4 * 1024 * 1024;

    /// <summary><c>kern.somaxconn</c>: the longest listen queue.</summary>
    public int MaximumBacklog { get; set; }

    /// <summary><c>qnx.kern.enmap</c>: "en0" finds the first Ethernet interface where none is called that.</summary>
    public bool MapInterfaceNames { get; set; }

    internal void AddTo(SysctlTree tree, MbufPoolOptions memory)
    {
        SysctlGroup kern = tree.Group("kern");
        kern.Text("hostname", "The host's name", () => HostName, v => HostName = v, longest: 255);
        kern.Number("sbmax", "The largest socket buffer that may be asked for, in bytes", () => MaximumBuffer, v => MaximumBuffer = v, 4096, 1 << 30);
        kern.Number("somaxconn", "The longest listen queue", () => MaximumBacklog, v => MaximumBacklog = v, 1, 65535);
        SysctlGroup mbuf = tree.Group("kern.mbuf");
        mbuf.ReadOnly("msize", "Bytes of data that an mbuf holds itself", () => Mbuf.InternalSize);
        mbuf.ReadOnly("mclbytes", "Bytes of a cluster", () => memory.ClusterSize);
        mbuf.ReadOnly("pagesize", "Bytes taken from the host when mbufs or clusters run out", () => memory.PageSize);
        mbuf.ReadOnly("bigpage_strict", "Large clusters are taken in such pages, too", () => memory.BigPagesForAllPools ? 1 : 0);
        mbuf.ReadOnly("mbuf_cache", "Mbufs that each thread keeps at hand", () => memory.MbufCache);
        mbuf.ReadOnly("pkt_cache", "Mbufs with a cluster that each thread keeps at hand", () => memory.PacketCache);
        tree.Group("qnx.kern").Flag("enmap", "enN finds an Ethernet interface of another name", () => MapInterfaceNames, v => MapInterfaceNames = v);
    }
}
