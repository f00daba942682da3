namespace IoPkt.Stack.Tests.Harness;

/// <summary>What a test decides about a frame on its way.</summary>
internal enum WireVerdict
{
    Pass,
    Drop,
}

/// <summary>
/// An Ethernet segment: what one port sends, all others receive, in order and at once. A test may look at frames, change them, drop them, or record them.
/// </summary>
internal sealed class TestWire : IDisposable
{
    private readonly List<TestPort> _ports = [];
    private MbufQueue _inFlight;
    private MbufQueue _delivering;
    private readonly Queue<TestPort> _senders = new();

    /// <summary>Sees each frame's bytes, which it may change; <c>null</c>: none, and no bytes are copied out.</summary>
    public Func<TestPort, byte[], WireVerdict>? Filter { get; set; }

    /// <summary>Every frame that was sent, when recording is on.</summary>
    public List<byte[]> Frames { get; } = [];

    public bool Recording { get; set; }

    /// <summary>Frames keep the marks of offloaded work, as over virtio; else they must be complete.</summary>
    public bool CarriesOffloads { get; set; }

    public void Attach(TestPort port) => _ports.Add(port);

    public void Detach(TestPort port) => _ports.Remove(port);

    public void Send(TestPort sender, Mbuf frame)
    {
        if (!CarriesOffloads && (frame.Packet.Segmentation != SegmentationType.None || (frame.Packet.Offload & OffloadFlags.ChecksumPartial) != 0))
            throw new InvalidOperationException("a frame was sent with work left undone");
        _inFlight.Enqueue(frame);
        _senders.Enqueue(sender);
    }

    /// <returns>Whether there was anything to deliver.</returns>
    public bool Deliver()
    {
        if (_inFlight.IsEmpty)
            return false;
        _delivering.Append(ref _inFlight);
        while (_delivering.TryDequeue(out Mbuf? frame))
        {
            TestPort sender = _senders.Dequeue();
            if (Inspect(sender, frame))
            {
                foreach (TestPort receiver in _ports)
                {
                    if (receiver != sender && Copy(receiver, frame) is { } copy)
                        receiver.Receive(copy);
                }
            }
            frame.Free();
        }
        return true;
    }

    public void Dispose() => _inFlight.FreeAll();

    private bool Inspect(TestPort sender, Mbuf frame)
    {
        if (Filter is null && !Recording)
            return true;
        byte[] bytes = new byte[frame.Packet.Length];
        frame.CopyTo(0, bytes);
        WireVerdict verdict = Filter?.Invoke(sender, bytes) ?? WireVerdict.Pass;
        if (Recording)
            Frames.Add(bytes);
        if (verdict == WireVerdict.Pass && Filter is not null)
        {
            // A changed frame goes out in place of the original, so that the hook may corrupt it.
            PacketHeader marks = frame.Packet;
            frame.Truncate(0);
            if (!frame.Append(bytes))
                throw new InvalidOperationException("the pool is dry");
            int length = frame.Packet.Length;
            frame.Packet = marks;
            frame.Packet.Length = length;
        }
        return verdict == WireVerdict.Pass;
    }

    private Mbuf? Copy(TestPort receiver, Mbuf frame)
    {
        Mbuf? copy = receiver.Host.Pool.GetChain(frame.Packet.Length);
        if (copy is null)
            return null;
        Mbuf target = copy;
        for (Mbuf? m = frame; m is not null; m = m.Next)
        {
            for (ReadOnlySpan<byte> rest = m.Span; !rest.IsEmpty;)
            {
                if (target.TrailingSpace == 0)
                    target = target.Next!;
                int n = Math.Min(rest.Length, target.TrailingSpace);
                rest[..n].CopyTo(target.TrailingSpan);
                target.Commit(n);
                rest = rest[n..];
            }
        }
        copy.Packet = default;
        copy.Packet.Length = frame.Packet.Length;
        if (CarriesOffloads)
        {
            copy.Packet.Offload = frame.Packet.Offload;
            copy.Packet.Segmentation = frame.Packet.Segmentation;
            copy.Packet.SegmentSize = frame.Packet.SegmentSize;
            copy.Packet.ChecksumStart = frame.Packet.ChecksumStart;
            copy.Packet.ChecksumOffset = frame.Packet.ChecksumOffset;
            copy.Packet.TransportHeaderLength = frame.Packet.TransportHeaderLength;
        }
        return copy;
    }
}
