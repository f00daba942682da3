using System.Buffers.Binary;
using IoPkt.Stack;

namespace IoPkt.Daemon.Threads;

/// <summary>Where an interface's frames go: its device's queues, one flow always to the same.</summary>
/// <remarks>A TAP device of the host (and a NIC that steers by flow) answers a flow on the queue by which it was sent, so this also decides which packet thread receives it.</remarks>
internal sealed class DevicePort(QueuePort[] queues) : IInterfaceOutput
{
    private const int EthernetHeader = 14;
    private const ushort Ipv4 = 0x0800;

    public IReadOnlyList<QueuePort> Queues => queues;

    public void Transmit(ref MbufQueue frames)
    {
        while (frames.TryDequeue(out Mbuf? frame))
            queues[queues.Length == 1 ? 0 : Select(frame)].Enqueue(frame);
    }

    public void Forward(ref MbufQueue frames)
    {
        // Frames come in runs of one flow, and a run goes to its queue at once.
        MbufQueue run = default;
        int chosen = 0;
        while (frames.TryDequeue(out Mbuf? frame))
        {
            int queue = queues.Length == 1 ? 0 : Select(frame);
            if (queue != chosen && !run.IsEmpty)
                queues[chosen].Forward(ref run);
            chosen = queue;
            run.Enqueue(frame);
        }
        if (!run.IsEmpty)
            queues[chosen].Forward(ref run);
    }

    public int Affinity(in InetEndpoint local, in InetEndpoint remote, byte protocol) =>
        local.Address.IsIpv4 ? queues[Select(local.Address.Ipv4, remote.Address.Ipv4, protocol, (uint)local.Port << 16 | remote.Port)].Thread : queues[0].Thread;

    /// <summary>By addresses and, where a packet isn't a fragment, ports. What isn't IP has no flow: the first queue.</summary>
    private int Select(Mbuf frame)
    {
        const int longest = EthernetHeader + 60 + 4;
        Span<byte> bytes = stackalloc byte[longest];
        bytes = bytes[..Math.Min(longest, frame.Packet.Length)];
        frame.CopyTo(0, bytes);
        if (bytes.Length < EthernetHeader + 20 || BinaryPrimitives.ReadUInt16BigEndian(bytes[12..]) != Ipv4)
            return 0;
        ReadOnlySpan<byte> ip = bytes[EthernetHeader..];
        int headerLength = (ip[0] & 0xf) * 4;
        bool fragment = (BinaryPrimitives.ReadUInt16BigEndian(ip[6..]) & 0x3fff) != 0;
        uint ports = !fragment && ip[9] is 6 or 17 && ip.Length >= headerLength + 4 ? BinaryPrimitives.ReadUInt32BigEndian(ip[headerLength..]) : 0;
        return Select(BinaryPrimitives.ReadUInt32BigEndian(ip[12..]), BinaryPrimitives.ReadUInt32BigEndian(ip[16..]), ip[9], ports);
    }

    /// <summary>Multiplicative hashing: the addresses of one network differ in few bits.</summary>
    private int Select(uint source, uint destination, byte protocol, uint ports) =>
        (int)(((source ^ destination ^ protocol ^ ports) * 2654435769u >> 16) % (uint)queues.Length);
}
