namespace IoPkt.Drivers.Pcap;

/// <summary>Takes one frame, from its link header on; the memory is the caller's.</summary>
internal delegate void FrameHandler(ReadOnlySpan<byte> frame);

/// <summary>Where a device's frames come from, and where those that it sends go.</summary>
internal interface ICaptureSource : IDisposable
{
    /// <summary>For people: "replay of x.pcap".</summary>
    string Description { get; }

    /// <summary>Begins to deliver, on a thread of the source's own.</summary>
    void Start(FrameHandler deliver);

    /// <summary>Nothing is delivered after this returns.</summary>
    void Stop();

    /// <returns>Whether the frame left.</returns>
    bool Send(ReadOnlySpan<byte> frame);
}
