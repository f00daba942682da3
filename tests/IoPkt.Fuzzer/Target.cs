namespace IoPkt.Fuzzer;

/// <summary>Whose frames are made.</summary>
internal enum Target
{
    All,
    Ethernet,
    Arp,
    Ip,
    Icmp,
    Igmp,
    Udp,
    Tcp,
    /// <summary>The wire format between clients and the socket service: messages, and not frames. Not a part of <see cref="All"/>.</summary>
    Client,
}
