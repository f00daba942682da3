using IoPkt.Daemon.Logging;
using Serilog.Core;
using Serilog.Events;
using Serilog.Parsing;

namespace IoPkt.Daemon.Tests.Logging;

public sealed class BackgroundSinkTests
{
    [Fact]
    public async Task A_flush_waits_for_what_was_logged_before()
    {
        using SlowSink slow = new();
        using BackgroundSink sink = new(slow);
        for (int i = 0; i < 3; i++)
            sink.Emit(new LogEvent(DateTimeOffset.UnixEpoch, LogEventLevel.Error, null, new MessageTemplate("", [new TextToken("")]), []));
        Task flushed = sink.FlushAsync(TestContext.Current.CancellationToken);
        Assert.False(flushed.IsCompleted);
        slow.Gate.Release(3);
        await flushed;
        Assert.Equal(3, slow.Written);
    }

    private sealed class SlowSink : ILogEventSink, IDisposable
    {
        public SemaphoreSlim Gate { get; } = new(0);

        public int Written { get; private set; }

        public void Emit(LogEvent logEvent)
        {
            Gate.Wait();
            Written++;
        }

        public void Dispose() => Gate.Dispose();
    }
}
