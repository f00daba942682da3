namespace IoPkt.Fuzzer.Frames;

/// <summary>Who is on the fuzzed link, and where things are in frames.</summary>
internal static class FuzzedLink
{
    public const int EthernetHeader = 14;
    public const int MaximumFrame = EthernetHeader + 1500;

    public const ushort Ipv4 = 0x0800;
    public const ushort Arp = 0x0806;

    public const byte Icmp = 1;
    public const byte Igmp = 2;
    public const byte Tcp = 6;
    public const byte Udp = 17;

    /// <summary>The stack's.</summary>
    public const uint StackAddress = 0x0a000001;

    /// <summary>Who sends what's made up.</summary>
    public const uint PeerAddress = 0x0a000002;

    /// <summary>Who is honest. No single bit makes one of the others of it.</summary>
    public const uint BystanderAddress = 0x0a0000f8;

    public static ReadOnlySpan<byte> StackStation => [2, 0, 0, 0, 0, 1];

    public static ReadOnlySpan<byte> PeerStation => [2, 0, 0, 0, 0, 2];
}
