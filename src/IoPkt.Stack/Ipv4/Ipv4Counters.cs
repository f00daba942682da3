namespace IoPkt.Stack;

internal sealed class Ipv4Counters : CounterGroup
{
    public Ipv4Counters(Ipv4FastForwarder fast)
        : base("ip")
    {
        Received = Define("total packets received");
        BadChecksum = Define("bad header checksums");
        TooShort = Define("with size smaller than minimum");
        BadHeaderLength = Define("with header length < data size");
        BadLength = Define("with length > data received");
        BadVersion = Define("with incorrect version number");
        BadOptions = Define("with bad options");
        SourceRouted = Define("source routed, refused");
        Martians = Define("with an impossible source or destination address");
        OtherHost = Define("for other stations on the link");
        WrongInterface = Define("for an address of another interface");
        Fragments = Define("fragments received");
        FragmentsDropped = Define("fragments dropped (duplicate, malformed, or out of space)");
        FragmentOverlaps = Define("datagrams given up because fragments overlapped");
        FragmentTimeouts = Define("datagrams given up after timeout");
        Reassembled = Define("packets reassembled ok");
        Delivered = Define("packets for this host");
        UnknownProtocol = Define("packets for unknown/unsupported protocol");
        Forwarded = Define("packets forwarded");
        Define("packets fast forwarded", () => fast.Forwarded);
        NotForwardable = Define("packets not forwardable");
        RedirectsSent = Define("redirects sent");
        Sent = Define("packets sent from this host");
        NoMemory = Define("output packets dropped due to no mbufs");
        NoRoute = Define("output packets discarded due to no route");
        FragmentedPackets = Define("output packets fragmented");
        FragmentsSent = Define("fragments created");
        CannotFragment = Define("packets that can't be fragmented");
        SegmentedPackets = Define("large packets segmented in software");
    }

    public Counter Received { get; }

    public Counter BadChecksum { get; }

    public Counter TooShort { get; }

    public Counter BadHeaderLength { get; }

    public Counter BadLength { get; }

    public Counter BadVersion { get; }

    public Counter BadOptions { get; }

    public Counter SourceRouted { get; }

    public Counter Martians { get; }

    public Counter OtherHost { get; }

    public Counter WrongInterface { get; }

    public Counter Fragments { get; }

    public Counter FragmentsDropped { get; }

    public Counter FragmentOverlaps { get; }

    public Counter FragmentTimeouts { get; }

    public Counter Reassembled { get; }

    public Counter Delivered { get; }

    public Counter UnknownProtocol { get; }

    public Counter Forwarded { get; }

    public Counter NotForwardable { get; }

    public Counter RedirectsSent { get; }

    public Counter Sent { get; }

    public Counter NoMemory { get; }

    public Counter NoRoute { get; }

    public Counter FragmentedPackets { get; }

    public Counter FragmentsSent { get; }

    public Counter CannotFragment { get; }

    public Counter SegmentedPackets { get; }
}
