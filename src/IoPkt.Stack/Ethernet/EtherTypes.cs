namespace IoPkt.Stack;

/// <summary>Numbers of the protocols above Ethernet, as IANA lists them.</summary>
internal static class EtherTypes
{
    public const ushort Ipv4 = 0x0800;
    public const ushort Arp = 0x0806;
    public const ushort Vlan = 0x8100;
    public const ushort Ipv6 = 0x86dd;

    /// <summary>From this on the field is a type; below, the length of an IEEE 802.3 frame with an LLC header (IEEE 802.3, clause 3.2.6).</summary>
    public const ushort SmallestType = 0x0600;
}
