namespace IoPkt.Simulator;

/// <summary>What a router with ECN does to a packet instead of dropping it: RFC 3168, section 5.</summary>
internal static class CongestionMark
{
    private const int CongestionExperienced = 3;

    /// <summary>Marks an IPv4 packet whose sender can do with it.</summary>
    public static bool TrySet(Span<byte> packet)
    {
        if ((packet[1] & 3) == 0)
            return false;
        packet[1] |= CongestionExperienced;
        new Ipv4Header(packet).UpdateChecksum();
        return true;
    }
}
