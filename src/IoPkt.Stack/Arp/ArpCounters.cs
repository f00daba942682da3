namespace IoPkt.Stack;

internal sealed class ArpCounters : CounterGroup
{
    public ArpCounters()
        : base("arp")
    {
        RequestsSent = Define("requests sent");
        RepliesSent = Define("replies sent");
        ProbesSent = Define("probes sent");
        AnnouncementsSent = Define("announcements sent");
        Received = Define("packets received");
        RequestsReceived = Define("valid requests received");
        RepliesReceived = Define("valid replies received");
        Malformed = Define("packets malformed, or not for IPv4 over Ethernet");
        BadSource = Define("packets with an impossible sender");
        Conflicts = Define("packets from another user of our address");
        Moved = Define("neighbours that changed their address");
        Suspected = Define("neighbours asked because a protocol above had no answers");
        StaticRefused = Define("attempts to change an entry made by hand");
        Deferred = Define("packets that waited for an answer and were pushed out by others");
        Unanswered = Define("packets given up because nobody answered");
    }

    public Counter RequestsSent { get; }

    public Counter RepliesSent { get; }

    public Counter ProbesSent { get; }

    public Counter AnnouncementsSent { get; }

    public Counter Received { get; }

    public Counter RequestsReceived { get; }

    public Counter RepliesReceived { get; }

    public Counter Malformed { get; }

    public Counter BadSource { get; }

    public Counter Conflicts { get; }

    public Counter Moved { get; }

    public Counter Suspected { get; }

    public Counter StaticRefused { get; }

    public Counter Deferred { get; }

    public Counter Unanswered { get; }
}
