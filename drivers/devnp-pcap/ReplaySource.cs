using Microsoft.Extensions.Logging;
using SharpPcap;
using SharpPcap.LibPcap;

namespace IoPkt.Drivers.Pcap;

/// <summary>A capture file, from its beginning each time that the interface goes up. What is sent goes nowhere.</summary>
internal sealed partial class ReplaySource : ICaptureSource
{
    private readonly PcapOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly string _path;
    private CancellationTokenSource? _stopping;
    private Thread? _thread;

    /// <exception cref="ModuleException">It isn't a capture file of Ethernet frames.</exception>
    public ReplaySource(PcapOptions options, TimeProvider time, ILogger logger)
    {
        _options = options;
        _time = time;
        _logger = logger;
        _path = options.ReadPath!;
        using CaptureFileReaderDevice file = Open();
        if (file.LinkType != PacketDotNet.LinkLayers.Ethernet)
            throw new ModuleException($"option read={_path}: its frames are {file.LinkType}, not Ethernet");
    }

    public string Description => "replay of " + Path.GetFileName(_path);

    public void Start(FrameHandler deliver)
    {
        _stopping = new CancellationTokenSource();
        CancellationToken stop = _stopping.Token;
        _thread = new Thread(() => Run(deliver, stop)) { Name = "pcap-replay", IsBackground = true };
        _thread.Start();
    }

    public void Stop()
    {
        _stopping?.Cancel();
        _thread?.Join();
        _stopping?.Dispose();
        _stopping = null;
        _thread = null;
    }

    public bool Send(ReadOnlySpan<byte> frame) => true;

    public void Dispose() => Stop();

    private void Run(FrameHandler deliver, CancellationToken stop)
    {
        try
        {
            long frames = 0;
            for (int round = 0; (_options.Rounds == 0 || round < _options.Rounds) && !stop.IsCancellationRequested; round++)
                frames += PlayOnce(deliver, stop);
            LogEnded(_logger, _path, frames);
        }
#pragma warning disable CA1031 // On this thread there's nobody above: a file that can't be read any further is the end of the replay, and of nothing else.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogFailed(_logger, _path, e.Message);
        }
    }

    private long PlayOnce(FrameHandler deliver, CancellationToken stop)
    {
        using CaptureFileReaderDevice file = Open();
        long begin = _time.GetTimestamp(), count = 0;
        decimal first = 0;
        while (!stop.IsCancellationRequested && file.GetNextPacket(out PacketCapture capture) == GetPacketStatus.PacketRead)
        {
            decimal when = capture.Header.Timeval.Value;
            if (count++ == 0)
                first = when;
            if (_options.Speed > 0)
                WaitUntil(TimeSpan.FromSeconds((double)(when - first) / _options.Speed) - _time.GetElapsedTime(begin), stop);
            if (!stop.IsCancellationRequested)
                deliver(capture.Data);
        }
        return count;
    }

    private static void WaitUntil(TimeSpan remaining, CancellationToken stop)
    {
        if (remaining > TimeSpan.Zero)
            stop.WaitHandle.WaitOne(remaining);
    }

    private CaptureFileReaderDevice Open()
    {
        CaptureFileReaderDevice file = new(_path);
        try
        {
            file.Open();
            return file;
        }
        catch (PcapException e)
        {
            file.Dispose();
            throw new ModuleException($"option read={_path}: {e.Message}", e);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Path}: replayed, {Frames} frames")]
    private static partial void LogEnded(ILogger logger, string path, long frames);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Path}: the replay ended: {Reason}")]
    private static partial void LogFailed(ILogger logger, string path, string reason);
}
