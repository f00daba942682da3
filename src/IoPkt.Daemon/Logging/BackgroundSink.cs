using System.Threading.Channels;
using Serilog.Core;
using Serilog.Events;

namespace IoPkt.Daemon.Logging;

/// <summary>
/// Writes entries on a thread of its own: whoever logs may be in the stack context, where nothing may block, and a console or a log daemon can.
/// When the writer can't keep up, entries are dropped; the ring still has them.
/// </summary>
internal sealed class BackgroundSink : ILogEventSink, IDisposable
{
    private static readonly TimeSpan FlushPatience = TimeSpan.FromSeconds(2);

    private readonly Channel<LogEvent> _entries = Channel.CreateBounded<LogEvent>(
        new BoundedChannelOptions(1024) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private readonly ILogEventSink[] _sinks;
    private readonly Task _writer;

    public BackgroundSink(params ILogEventSink[] sinks)
    {
        _sinks = sinks;
        _writer = Task.Run(WriteAsync);
    }

    public void Emit(LogEvent logEvent) => _entries.Writer.TryWrite(logEvent);

    /// <summary>Writes what is waiting, and closes the sinks.</summary>
    public void Dispose()
    {
        _entries.Writer.TryComplete();
        _writer.Wait(FlushPatience);
        foreach (ILogEventSink sink in _sinks)
            (sink as IDisposable)?.Dispose();
    }

    private async Task WriteAsync()
    {
        await foreach (LogEvent entry in _entries.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            foreach (ILogEventSink sink in _sinks)
            {
                try
                {
                    sink.Emit(entry);
                }
                catch (IOException)
                {
                    // The console has gone away; the others still want it.
                }
            }
        }
    }
}
