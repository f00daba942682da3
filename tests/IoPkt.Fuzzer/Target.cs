namespace IoPkt.Fuzzer;

/// <summary>Whose frames are made.</summary>
internal enum Target
{
    All,
    Ethernet,
    Arp,
    Ip,
    Icmp,
    Udp,
    Tcp,
}
