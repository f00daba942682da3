using PacketDotNet;
using SharpPcap;
using SharpPcap.LibPcap;

namespace IoPkt.Drivers.Pcap;

/// <summary>Writes frames to a capture file, from any thread.</summary>
internal sealed class Recorder : IDisposable
{
    private readonly Lock _lock = new();
    private readonly CaptureFileWriterDevice _file;
    private readonly TimeProvider _time;
    private bool _isClosed;

    /// <exception cref="ModuleException">The file can't be written.</exception>
    public Recorder(string path, TimeProvider time)
    {
        _time = time;
        _file = new CaptureFileWriterDevice(path, FileMode.Create);
        try
        {
            _file.Open(new DeviceConfiguration { LinkLayerType = LinkLayers.Ethernet, Snaplen = 256 * 1024 });
        }
        catch (PcapException e)
        {
            _file.Dispose();
            throw new ModuleException($"option write={path}: {e.Message}", e);
        }
    }

    public void Write(ReadOnlySpan<byte> frame)
    {
        long microseconds = (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        PcapHeader header = new((uint)(microseconds / 1_000_000), (uint)(microseconds % 1_000_000), (uint)frame.Length, (uint)frame.Length);
        lock (_lock)
        {
            if (!_isClosed)
                _file.Write(frame, ref header);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_isClosed)
                return;
            _isClosed = true;
            _file.Dispose();
        }
    }
}
