namespace IoPkt.Stack;

internal sealed class UdpCounters : CounterGroup
{
    public UdpCounters()
        : base("udp")
    {
        Received = Define("datagrams received");
        TooShort = Define("with incomplete header");
        BadLength = Define("with bad data length field");
        NoMemory = Define("dropped for want of mbufs");
        BadChecksum = Define("with bad checksum");
        NoChecksum = Define("with no checksum");
        NoSocket = Define("dropped due to no socket");
        NoSocketGroup = Define("broadcast/multicast datagrams dropped due to no socket");
        FullSocket = Define("dropped due to full socket buffers");
        Delivered = Define("delivered");
        Sent = Define("datagrams output");
    }

    public Counter Received { get; }

    public Counter TooShort { get; }

    public Counter BadLength { get; }

    public Counter NoMemory { get; }

    public Counter BadChecksum { get; }

    public Counter NoChecksum { get; }

    public Counter NoSocket { get; }

    public Counter NoSocketGroup { get; }

    public Counter FullSocket { get; }

    public Counter Delivered { get; }

    public Counter Sent { get; }
}
