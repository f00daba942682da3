using System.Buffers.Binary;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace IoPkt.Drivers.Pcap;

/// <summary>
/// Writes frames to a capture file, from any thread. Each is one write to the host, so that the file is whole whenever the daemon dies; libpcap's own writer, which SharpPcap has, keeps the last frames in a buffer and leaves a
/// part of one.
/// </summary>
/// <remarks>The format is libpcap's (draft-ietf-opsawg-pcap): a header of 24 bytes, then for each frame a header of 16 and its bytes. The magic number says in whose byte order, and that times are in microseconds.</remarks>
internal sealed partial class Recorder : IDisposable
{
    private const uint Magic = 0xa1b2c3d4;
    private const ushort MajorVersion = 2, MinorVersion = 4;
    private const uint LinkTypeEthernet = 1;
    private const int FileHeader = 24, FrameHeader = 16;
    private const int SnapLength = 256 * 1024;

    private readonly Lock _lock = new();
    private readonly SafeFileHandle _file;
    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly byte[] _record = new byte[FrameHeader + SnapLength];
    private long _length;

    /// <exception cref="ModuleException">The file can't be written.</exception>
    public Recorder(string path, TimeProvider time, ILogger logger)
    {
        _path = path;
        _time = time;
        _logger = logger;
        try
        {
            _file = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
            WriteFileHeader();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _file?.Dispose();
            throw new ModuleException($"option write={path}: {e.Message}", e);
        }
    }

    /// <summary>A disk that is full ends the recording, not the traffic.</summary>
    public void Write(ReadOnlySpan<byte> frame)
    {
        long microseconds = (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        int kept = Math.Min(frame.Length, SnapLength);
        lock (_lock)
        {
            if (_file.IsClosed)
                return;
            Span<byte> record = _record;
            BinaryPrimitives.WriteUInt32LittleEndian(record, (uint)(microseconds / 1_000_000));
            BinaryPrimitives.WriteUInt32LittleEndian(record[4..], (uint)(microseconds % 1_000_000));
            BinaryPrimitives.WriteInt32LittleEndian(record[8..], kept);
            BinaryPrimitives.WriteInt32LittleEndian(record[12..], frame.Length);
            frame[..kept].CopyTo(record[FrameHeader..]);
            try
            {
                Append(record[..(FrameHeader + kept)]);
            }
            catch (IOException e)
            {
                LogEnded(_logger, _path, e.Message);
                CutOff();
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
            _file.Dispose();
    }

    private void WriteFileHeader()
    {
        Span<byte> header = stackalloc byte[FileHeader];
        header.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], MajorVersion);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], MinorVersion);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], SnapLength);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], LinkTypeEthernet);
        Append(header);
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        RandomAccess.Write(_file, bytes, _length);
        _length += bytes.Length;
    }

    /// <summary>Without the part of a frame that may have been written.</summary>
    private void CutOff()
    {
        try
        {
            RandomAccess.SetLength(_file, _length);
        }
        catch (Exception e) when (e is IOException or NotSupportedException)
        {
            // It's no ordinary file, or the host has more trouble than we can mend.
        }
        _file.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "the recording in {Path} ends: {Reason}")]
    private static partial void LogEnded(ILogger logger, string path, string reason);
}
