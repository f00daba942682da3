namespace IoPkt.Fuzzer.Sessions;

/// <summary>
/// What has become of each frame can be told from the counters: what a layer has received is what it handed on and what it dropped, each with a counter of its own. TCP's counters say what happened,
/// not what became of a segment, so they have no such sum.
/// </summary>
internal static class Accounts
{
    /// <param name="stack">At rest.</param>
    /// <param name="frames">Given to it, but for those that the fast path forwarded.</param>
    /// <exception cref="FuzzingException">Something is missing, or counted twice.</exception>
    public static void Verify(NetworkStack stack, long frames)
    {
        long arp = Count(stack, "arp", "packets received"), ip = Count(stack, "ip", "total packets received"), looped = stack.Loopback.Received.Packets;
        Balance("frames", frames, Count(stack, "ether", "frames received"));
        // What follows "want of mbufs" may have been on its way out.
        long received = arp + ip - looped + Count(stack, "ether", "frames shorter than their header", "frames for other stations", "IEEE 802.3 frames with an LLC header, dropped",
            "frames with a VLAN tag, dropped", "frames of an unknown protocol");
        Balance("Ethernet frames", frames, received, Count(stack, "ether", "frames dropped for want of mbufs"));
        Balance("ARP packets", arp, Count(stack, "arp", "packets malformed, or not for IPv4 over Ethernet", "packets for others, of our own or of other operations, ignored",
            "packets with an impossible sender", "valid requests received", "valid replies received"));
        long delivered = Count(stack, "ip", "packets for this host");
        Balance("IPv4 packets", ip, delivered - Count(stack, "ip", "packets reassembled ok") + Count(stack, "ip", "fragments received", "packets forwarded", "packets not forwardable",
            "bad header checksums", "with size smaller than minimum", "with header length < data size", "with length > data received", "with incorrect version number", "with bad options",
            "with an impossible source or destination address", "for other stations on the link", "for an address of another interface"),
            Count(stack, "ip", "output packets dropped due to no mbufs", "packets that can't be fragmented"));
        long icmp = Count(stack, "icmp", "messages received"), igmp = Count(stack, "igmp", "messages received"), udp = Count(stack, "udp", "datagrams received");
        Balance("packets for this host", delivered, icmp + igmp + udp + Count(stack, "tcp", "packets received") + Count(stack, "ip", "packets for unknown/unsupported protocol"));
        Balance("ICMP messages", icmp, Count(stack, "icmp", "messages shorter than minimum length", "messages dropped for want of mbufs", "messages with bad checksum", "echo requests received",
            "echo replies received", "destination unreachable messages received", "time exceeded messages received", "parameter problem messages received", "redirect messages received",
            "messages of other types received and ignored"));
        Balance("IGMP messages", igmp, Count(stack, "igmp", "messages received with too few bytes", "messages received with bad checksum", "membership queries received", "membership reports received",
            "messages of other types received and ignored"));
        Balance("UDP datagrams", udp, Count(stack, "udp", "with incomplete header", "with bad data length field", "dropped for want of mbufs", "with bad checksum", "dropped due to no socket",
            "broadcast/multicast datagrams dropped due to no socket", "dropped due to full socket buffers", "delivered"));
    }

    private static void Balance(string what, long received, long accounted, long doubtful = 0)
    {
        if (received < accounted || received > accounted + doubtful)
            throw new FuzzingException($"{received} {what} were received, and the counters know what became of {accounted}");
    }

    private static long Count(NetworkStack stack, string group, params ReadOnlySpan<string> texts)
    {
        long sum = 0;
        foreach (string text in texts)
            sum += stack.Counters.Single(g => g.Name == group).All.Single(c => c.Text == text).Value;
        return sum;
    }
}
