namespace IoPkt.Drivers.Pcap;

/// <summary>A capture as an Ethernet device. It has no descriptor to poll: its source's own thread delivers what was captured.</summary>
internal sealed class PcapDevice : IDeliveringDevice, IDeviceQueue
{
    private const int Alignment = 2;

    private readonly ICaptureSource _source;
    private readonly Recorder? _recorder;
    private readonly MbufPool _pool;
    private readonly bool _trustsChecksums;
    private readonly byte[] _frame = GC.AllocateUninitializedArray<byte>(PcapOptions.MaximumMtu + 64, pinned: true);
    private bool _started;

    private PcapDevice(ICaptureSource source, Recorder? recorder, PcapOptions options, DriverContext context)
    {
        _source = source;
        _recorder = recorder;
        _pool = context.Pool;
        _trustsChecksums = options.TrustsChecksums;
        Mtu = options.Mtu;
        Address = options.Address ?? StationAddress.Choose("pcap " + (options.HostName ?? options.ReadPath), context.Random);
    }

    public IDeviceInput? Input { get; set; }

    public string NamePrefix => "pcap";

    public MacAddress Address { get; }

    public int Mtu { get; private set; }

    public InterfaceFlags Flags => InterfaceFlags.Broadcast | InterfaceFlags.Simplex | InterfaceFlags.Multicast;

    public DeviceCapabilities ReceiveCapabilities => DeviceCapabilities.None;

    public DeviceCapabilities TransmitCapabilities => DeviceCapabilities.None;

    public LinkState LinkState => _started ? LinkState.Up : LinkState.Down;

    public string Media => $"Ethernet autoselect ({_source.Description})";

    public IReadOnlyList<IDeviceQueue> Queues => [this];

    public int Descriptor => -1;

    public DeviceCounters Received { get; } = new();

    public DeviceCounters Transmitted { get; } = new();

    /// <exception cref="ModuleException">The capture can't be had; nothing is left behind.</exception>
    public static PcapDevice Open(PcapOptions options, DriverContext context)
    {
        ICaptureSource source;
        try
        {
            source = options.HostName is { } name ? new LiveSource(name) : new ReplaySource(options, context.Time, context.Logger);
        }
        catch (DllNotFoundException e)
        {
            throw new ModuleException("libpcap isn't installed: apt-get install libpcap0.8", e);
        }
        try
        {
            return new PcapDevice(source, options.WritePath is { } path ? new Recorder(path, context.Time, context.Logger) : null, options, context);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    public void Start()
    {
        if (_started)
            return;
        _started = true;
        _source.Start(Deliver);
    }

    public void Stop()
    {
        if (!_started)
            return;
        _started = false;
        _source.Stop();
    }

    public void SetMtu(int mtu)
    {
        if (mtu is < PcapOptions.MinimumMtu or > PcapOptions.MaximumMtu)
            throw new ArgumentOutOfRangeException(nameof(mtu), $"a capture's MTU is from {PcapOptions.MinimumMtu} to {PcapOptions.MaximumMtu} bytes");
        Mtu = mtu;
    }

    /// <summary>Captures take every frame there is.</summary>
    public void SetReceiveMode(bool promiscuous, bool allMulticast)
    {
    }

    public int Receive(ref MbufQueue frames, int budget) => 0;

    public void Transmit(ref MbufQueue frames)
    {
        int sent = 0;
        long bytes = 0;
        while (frames.TryDequeue(out Mbuf? frame))
        {
            int length = frame.Packet.Length;
            bool fits = length <= _frame.Length;
            Span<byte> copy = _frame.AsSpan(0, Math.Min(length, _frame.Length));
            frame.CopyTo(0, copy);
            frame.Free();
            if (!fits || !_source.Send(copy))
            {
                Transmitted.AddErrors(1);
                continue;
            }
            _recorder?.Write(copy);
            sent++;
            bytes += length;
        }
        if (sent > 0)
            Transmitted.Add(sent, bytes);
    }

    public void Dispose()
    {
        Stop();
        _source.Dispose();
        _recorder?.Dispose();
    }

    private void Deliver(ReadOnlySpan<byte> frame)
    {
        // libpcap shows us our own frames, too, on some interfaces.
        if (frame.Length >= 2 * MacAddress.Size && MacAddress.Read(frame[MacAddress.Size..]) == Address)
            return;
        Mbuf? copy = _pool.GetClusterFor(frame.Length + Alignment);
        if (copy is null)
        {
            Received.AddDrops(1);
            return;
        }
        copy.Reserve(Alignment);
        frame.CopyTo(copy.TrailingSpan);
        copy.Commit(frame.Length);
        if (_trustsChecksums)
            copy.Packet.Offload |= OffloadFlags.ChecksumValid;
        Received.Add(1, frame.Length);
        _recorder?.Write(frame);
        MbufQueue queue = default;
        queue.Enqueue(copy);
        if (Input is { } input)
            input.Deliver(ref queue);
        else
            Received.AddDrops(queue.FreeAll());
    }
}
