using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Serilog.Core;
using Serilog.Events;

namespace IoPkt.Daemon.Logging;

/// <summary>Entries to the host's log daemon, in the form of RFC 3164 that local programs use (no host name). Without a daemon they're dropped; the ring has them still.</summary>
internal sealed class SyslogSink(string name, string path = "/dev/log") : ILogEventSink, IDisposable
{
    private const int DaemonFacility = 3 << 3; // RFC 3164, section 4.1.1

    private readonly string _tag = $"{name}[{Environment.ProcessId}]";
    private Socket? _socket;

    public void Emit(LogEvent logEvent)
    {
        string message = LogText.Render(logEvent);
        if (logEvent.Exception is { } exception)
            message += ": " + exception;
        string time = logEvent.Timestamp.ToString("MMM d HH:mm:ss", CultureInfo.InvariantCulture);
        // Section 4.1.2: the day's tens are a space when they're zero.
        if (logEvent.Timestamp.Day < 10)
            time = time.Insert(4, " ");
        byte[] line = Encoding.UTF8.GetBytes($"<{DaemonFacility + Severity(logEvent.Level)}>{time} {_tag}: {message}");
        // The log daemon may have been restarted: once more on a new socket.
        if (!TrySend(line))
            TrySend(line);
    }

    public void Dispose() => _socket?.Dispose();

    /// <summary>RFC 5424, section 6.2.1.</summary>
    public static int Severity(LogEventLevel level) => level switch
    {
        LogEventLevel.Fatal => 2,
        LogEventLevel.Error => 3,
        LogEventLevel.Warning => 4,
        LogEventLevel.Information => 6,
        _ => 7,
    };

    private bool TrySend(byte[] line)
    {
        try
        {
            if (_socket is null)
            {
                _socket = new Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Dgram, ProtocolType.Unspecified);
                _socket.Connect(new UnixDomainSocketEndPoint(path));
            }
            _socket.Send(line);
            return true;
        }
        catch (SocketException)
        {
            _socket?.Dispose();
            _socket = null;
            return false;
        }
    }
}
