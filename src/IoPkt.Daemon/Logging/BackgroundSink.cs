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

    private readonly Channel<Entry> _entries = Channel.CreateBounded<Entry>(
        new BoundedChannelOptions(1024) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private readonly ILogEventSink[] _sinks;
    private readonly Task _writer;

    public BackgroundSink(params ILogEventSink[] sinks)
    {
        _sinks = sinks;
        _writer = Task.Run(WriteAsync);
    }

    public void Emit(LogEvent logEvent) => _entries.Writer.TryWrite(new Entry(logEvent, null));

    /// <summary>Done when everything that was logged before has been written, or the writer is so slow that it isn't worth waiting for.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource written = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _entries.Writer.TryWrite(new Entry(null, written));
        await Task.WhenAny(written.Task, Task.Delay(FlushPatience, cancellationToken)).ConfigureAwait(false);
    }

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
        await foreach (Entry entry in _entries.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            if (entry.Event is { } logged)
                Write(logged);
            entry.Written?.SetResult();
        }
    }

    private void Write(LogEvent logged)
    {
        foreach (ILogEventSink sink in _sinks)
        {
            try
            {
                sink.Emit(logged);
            }
            catch (IOException)
            {
                // The console has gone away; the others still want it.
            }
        }
    }

    /// <summary>Something to write, or somebody who waits until all before it has been written.</summary>
    private readonly record struct Entry(LogEvent? Event, TaskCompletionSource? Written);
}
