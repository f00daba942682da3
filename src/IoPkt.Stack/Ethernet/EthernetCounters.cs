namespace IoPkt.Stack;

/// <summary>What Ethernet does with frames before a network protocol sees them, over all interfaces of a stack.</summary>
internal sealed class EthernetCounters : CounterGroup
{
    public EthernetCounters()
        : base("ether")
    {
        Received = Define("frames received");
        Runts = Define("frames shorter than their header");
        LogicalLinkControl = Define("IEEE 802.3 frames with an LLC header, dropped");
        Vlan = Define("frames with a VLAN tag, dropped");
        OtherHost = Define("frames for other stations");
        UnknownType = Define("frames of an unknown protocol");
        Sent = Define("frames sent");
        NoMemory = Define("frames dropped for want of mbufs");
    }

    public Counter Received { get; }

    public Counter Runts { get; }

    public Counter LogicalLinkControl { get; }

    public Counter Vlan { get; }

    public Counter OtherHost { get; }

    public Counter UnknownType { get; }

    public Counter Sent { get; }

    public Counter NoMemory { get; }
}
