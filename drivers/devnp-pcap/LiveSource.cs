using SharpPcap;
using SharpPcap.LibPcap;

namespace IoPkt.Drivers.Pcap;

/// <summary>An interface of the host.</summary>
internal sealed class LiveSource : ICaptureSource
{
    /// <summary>Bytes of the host's buffer. With the default of 2 MiB a burst is lost without a word.</summary>
    private const int Buffer = 64 << 20;

    private readonly LibPcapLiveDevice _device;
    private FrameHandler? _deliver;

    /// <exception cref="ModuleException">There's no such interface, or the host refuses.</exception>
    public LiveSource(string name)
    {
        PcapInterface[] all = [.. PcapInterface.GetAllPcapInterfaces()];
        PcapInterface found = Array.Find(all, i => i.Name == name)
            ?? throw new ModuleException($"option if={name}: nothing of that name can be captured from; there is {string.Join(", ", all.Select(i => i.Name))}");
        _device = new LibPcapLiveDevice(found);
        try
        {
            _device.Open(new DeviceConfiguration
            {
                Mode = DeviceModes.Promiscuous,
                BufferSize = Buffer,
                Immediate = true,
                Snaplen = 256 * 1024,
                ReadTimeout = 10,
            });
        }
        catch (PcapException e)
        {
            _device.Dispose();
            throw new ModuleException($"option if={name}: {e.Message} (capturing needs root, or the capability CAP_NET_RAW)", e);
        }
        if (_device.LinkType != PacketDotNet.LinkLayers.Ethernet)
        {
            _device.Dispose();
            throw new ModuleException($"option if={name}: that isn't an Ethernet interface");
        }
        Description = "capture of " + name;
        _device.OnPacketArrival += (_, capture) => _deliver?.Invoke(capture.Data);
    }

    public string Description { get; }

    public void Start(FrameHandler deliver)
    {
        _deliver = deliver;
        _device.StartCapture();
    }

    public void Stop()
    {
        _device.StopCapture();
        _deliver = null;
    }

    public bool Send(ReadOnlySpan<byte> frame)
    {
        try
        {
            _device.SendPacket(frame);
            return true;
        }
        catch (PcapException)
        {
            return false;
        }
    }

    public void Dispose() => _device.Dispose();
}
