using System.Buffers.Binary;

namespace IoPkt.Stack;

/// <summary>
/// The fast path of a gateway (<c>fastforward</c>): a packet of a known flow goes from the thread that received it straight to the interface by which it leaves, without the
/// stack context. Everything out of the ordinary is left to the slow path: options, a spent TTL, a packet that's too large, work that the leaving device can't do.
/// </summary>
public sealed class Ipv4FastForwarder
{
    private readonly Ipv4Protocol _ip;
    private long _forwarded;

    internal Ipv4FastForwarder(Ipv4Protocol ip) => _ip = ip;

    /// <summary>Packets sent on since the start; they aren't among those that IP counts as received or forwarded.</summary>
    public long Forwarded => Interlocked.Read(ref _forwarded);

    /// <summary>What is sent on here without the stack context: see <c>net.inet.ip.maxflows</c>.</summary>
    public IReadOnlyList<ForwardedFlow> Flows => [.. _ip.Flows.All];

    /// <summary>On any thread, several at once: sends on the frames that can be, and leaves the others, in order.</summary>
    /// <param name="receiver">Where they came in.</param>
    /// <param name="frames">From the link header on, as the device gave them.</param>
    public void Take(NetworkInterface receiver, ref MbufQueue frames)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        if (!_ip.Settings.Forwarding || !_ip.Settings.FastForwarding || _ip.Flows.Count == 0)
            return;
        MbufQueue others = default, leaving = default;
        NetworkInterface? output = null;
        int count = 0;
        long bytes = 0;
        while (frames.TryDequeue(out Mbuf? frame))
        {
            if (Match(receiver, frame) is not { } flow)
            {
                others.Enqueue(frame);
                continue;
            }
            count++;
            bytes += frame.Packet.Length;
            Rewrite(frame, flow);
            if (flow.Output != output)
            {
                output?.Forward(ref leaving);
                output = flow.Output;
            }
            leaving.Enqueue(frame);
        }
        output?.Forward(ref leaving);
        frames = others;
        if (count == 0)
            return;
        receiver.Received.Add(count, bytes);
        Interlocked.Add(ref _forwarded, count);
    }

    /// <returns>The flow of a packet that nothing is to be done to but to send it on.</returns>
    private Ipv4Flow? Match(NetworkInterface receiver, Mbuf frame)
    {
        const int start = EthernetLink.HeaderSize, end = start + Ipv4Header.MinimumLength;
        if (frame.Length < end || !frame.IsWritable)
            return null;
        Span<byte> bytes = frame.Span;
        if (BinaryPrimitives.ReadUInt16BigEndian(bytes[12..]) != EtherTypes.Ipv4 || bytes[start] != 0x45 || MacAddress.Read(bytes) != receiver.LinkAddress)
            return null;
        Ipv4Header header = new(bytes[start..end]);
        int length = header.TotalLength;
        if (header.Ttl <= 1 || length < Ipv4Header.MinimumLength || length > frame.Packet.Length - start || !header.IsChecksumCorrect)
            return null;
        if (_ip.Flows.Find(receiver, header.Source.Ipv4, header.Destination.Ipv4) is not { } flow)
            return null;
        return Ipv4Forwarder.WireSize(frame, start, length) <= flow.Mtu && IsLeftToDevice(flow.Output, frame) ? flow : null;
    }

    private static bool IsLeftToDevice(NetworkInterface output, Mbuf frame) =>
        (frame.Packet.Segmentation == SegmentationType.None || Segmentation.IsDoneBy(output, frame))
        && ((frame.Packet.Offload & OffloadFlags.ChecksumPartial) == 0 || ChecksumOffload.IsDoneBy(output, frame, isIpv6: false));

    private static void Rewrite(Mbuf frame, Ipv4Flow flow)
    {
        Span<byte> bytes = frame.Span;
        Ipv4Header header = new(bytes[EthernetLink.HeaderSize..]);
        int surplus = frame.Packet.Length - EthernetLink.HeaderSize - header.TotalLength;
        header.ReplaceWord(8, (ushort)((header.Ttl - 1) << 8 | header.Protocol));
        flow.Header.CopyTo(bytes);
        // The link's padding isn't the packet's.
        if (surplus > 0)
            frame.Truncate(frame.Packet.Length - surplus);
        frame.Packet.ReceiveInterface = flow.Receiver.Index;
        frame.Packet.Offload &= ~OffloadFlags.ChecksumValid;
    }
}
