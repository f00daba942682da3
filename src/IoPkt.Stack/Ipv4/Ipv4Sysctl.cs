namespace IoPkt.Stack;

/// <summary><see cref="Ipv4Settings"/> by name: <c>sysctl net.inet.ip</c> and <c>net.inet.icmp</c>.</summary>
internal static class Ipv4Sysctl
{
    public static void Add(SysctlTree tree, Ipv4Settings s, EphemeralPorts ports, Ipv4FlowCache flows)
    {
        SysctlGroup ip = tree.Group("net.inet.ip");
        ip.Flag("forwarding", "Packets pass between interfaces", () => s.Forwarding, v => s.Forwarding = v);
        ip.Flag("fastforward", "Packets of known flows are forwarded without the stack context", () => s.FastForwarding, v => s.FastForwarding = v);
        ip.Number("maxflows", "Flows that the fast path knows at one time; 0: none", () => s.MaximumFlows, v => s.MaximumFlows = v, 0, 1 << 20);
        ip.ReadOnly("flows", "Flows that it knows now; netstat -F lists them", () => flows.All.Count());
        ip.Flag("redirect", "Senders are told of a better router on their own network", () => s.SendRedirects, v => s.SendRedirects = v);
        ip.Number("ttl", "Time to live of what the stack sends", () => s.DefaultTtl, v => s.DefaultTtl = (byte)v, 1, 255);
        ip.Flag("mtudisc", "TCP discovers the path's MTU (RFC 1191)", () => s.PathMtuDiscovery, v => s.PathMtuDiscovery = v);
        ip.Flag("checkinterface", "A packet must arrive by the interface that has its address (RFC 1122's strong end system)", () => s.CheckInterface, v => s.CheckInterface = v);
        ip.Number("anonportmin", "The first port chosen for sockets that have none", () => ports.First, v => ports.First = (ushort)v, 1024, 65535,
            v => v <= ports.Last ? null : $"it's above anonportmax, {ports.Last}");
        ip.Number("anonportmax", "The last port chosen for sockets that have none", () => ports.Last, v => ports.Last = (ushort)v, 1024, 65535,
            v => v >= ports.First ? null : $"it's below anonportmin, {ports.First}");
        ip.Number("maxfragpackets", "Datagrams in reassembly at one time", () => s.MaximumFragmentPackets, v => s.MaximumFragmentPackets = v, 1, 65535);
        ip.Number("maxfragsperpacket", "Fragments that one datagram may have", () => s.MaximumFragmentsPerPacket, v => s.MaximumFragmentsPerPacket = v, 2, 8192);
        ip.Number("maxfragbytes", "Packet memory that all fragments together may hold, in bytes", () => s.MaximumFragmentMemory, v => s.MaximumFragmentMemory = v, 65536, 1 << 30);
        ip.Number("maxpaths", "Paths whose MTU is remembered at one time", () => s.MaximumPaths, v => s.MaximumPaths = v, 1, 1 << 20);

        SysctlGroup icmp = tree.Group("net.inet.icmp");
        icmp.Number("errppslimit", "Error messages sent a second; -1: no limit", () => s.IcmpErrorLimit, v => s.IcmpErrorLimit = v, -1, 1_000_000);
        icmp.Number("returndatabytes", "Bytes of a packet's payload that an error message quotes", () => s.IcmpReturnedBytes, v => s.IcmpReturnedBytes = v,
            Ipv4Settings.LeastIcmpReturnedBytes, Ipv4Settings.MostIcmpReturnedBytes);
        icmp.Flag("rediraccept", "A router in use that names a better one is believed, unless packets are forwarded", () => s.AcceptRedirects, v => s.AcceptRedirects = v);
        icmp.Time("redirtimeout", "How long that is believed, in seconds", TimeSpan.FromSeconds(1), () => s.RedirectLifetime, v => s.RedirectLifetime = v, 1, 86400);
        icmp.Flag("bmcastecho", "Echo requests to broadcast and multicast addresses are answered", () => s.AnswerBroadcastEcho, v => s.AnswerBroadcastEcho = v);
    }
}
