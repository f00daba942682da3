namespace IoPkt.Stack;

/// <summary>What <c>sysctl net.inet.ip</c> and <c>net.inet.icmp</c> can change while the stack runs. Changed in the stack context.</summary>
public sealed class Ipv4Settings
{
    /// <summary>RFC 792: "the first 64 bits of the original datagram's data".</summary>
    internal const int LeastIcmpReturnedBytes = 8;

    /// <summary>
    /// RFC 1812, section 4.3.2.3: "as much of the original datagram as possible without the length of the ICMP datagram exceeding 576 bytes". That's with the headers of
    /// IP and ICMP, and with the original's own.
    /// </summary>
    internal const int MostIcmpReturnedBytes = 576 - 2 * Ipv4Header.MinimumLength - IcmpProtocol.HeaderSize;

    /// <summary><c>net.inet.ip.forwarding</c></summary>
    public bool Forwarding { get; set; }

    /// <summary>Packets of known flows are forwarded without the stack context. It matters only while <see cref="Forwarding"/> is on.</summary>
    public bool FastForwarding { get; set; } = true;

    /// <summary><c>net.inet.ip.maxflows</c>: flows that the fast path knows at one time, rounded up to a power of two; 0: none.</summary>
    public int MaximumFlows { get; set; } = 256;

    /// <summary><c>net.inet.ip.redirect</c>: a sender whose packets we pass on to a router on its own network is told of that router.</summary>
    public bool SendRedirects { get; set; } = true;

    /// <summary><c>net.inet.icmp.rediraccept</c>: believe a router in use that names a better one, for one host. Never while <see cref="Forwarding"/> is on.</summary>
    public bool AcceptRedirects { get; set; } = true;

    /// <summary><c>net.inet.icmp.redirtimeout</c>: how long that is believed.</summary>
    public TimeSpan RedirectLifetime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary><c>net.inet.ip.ttl</c> (RFC 1700 recommends 64).</summary>
    public byte DefaultTtl { get; set; } = 64;

    /// <summary><c>net.inet.ip.mtudisc</c>: TCP forbids fragmentation, and so learns the path's MTU (RFC 1191).</summary>
    public bool PathMtuDiscovery { get; set; } = true;

    /// <summary>
    /// <c>net.inet.ip.checkinterface</c>: RFC 1122, section 3.3.4.2's strong end system: a packet must arrive by the interface that has its destination address.
    /// Off, as in NetBSD and Linux (the weak model): any address of this host is answered on any interface. It never applies while forwarding.
    /// </summary>
    public bool CheckInterface { get; set; }

    /// <summary><c>net.inet.ip.maxfragpackets</c>: datagrams in reassembly at one time; the oldest gives way.</summary>
    public int MaximumFragmentPackets { get; set; } = 200;

    /// <summary>Fragments that one datagram may have. 65,535 bytes over a path of MTU 576 are 119.</summary>
    public int MaximumFragmentsPerPacket { get; set; } = 128;

    /// <summary>Bytes of packet memory that all fragments together may hold.</summary>
    public int MaximumFragmentMemory { get; set; } = 4 * 1024 * 1024;

    /// <summary><c>net.inet.icmp.errppslimit</c>: ICMP errors sent a second; negative: no limit.</summary>
    public int IcmpErrorLimit { get; set; } = 100;

    /// <summary><c>net.inet.icmp.returndatabytes</c>: bytes of a packet's payload that an error quotes.</summary>
    public int IcmpReturnedBytes { get; set; } = MostIcmpReturnedBytes;

    /// <summary><c>net.inet.icmp.bmcastecho</c>: answer echo requests to broadcast and multicast addresses (RFC 1122, section 3.2.2.6 lets us not).</summary>
    public bool AnswerBroadcastEcho { get; set; }

    /// <summary>Paths whose MTU is remembered at one time.</summary>
    public int MaximumPaths { get; set; } = 1024;
}
