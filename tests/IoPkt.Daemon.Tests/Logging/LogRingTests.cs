using IoPkt.Daemon.Logging;
using Serilog;
using Serilog.Core;

namespace IoPkt.Daemon.Tests.Logging;

public sealed class LogRingTests
{
    private readonly LogRing _ring = new();

    [Fact]
    public void It_keeps_the_last_entries_and_no_more()
    {
        using Logger log = Create();
        for (int i = 0; i < LogRing.Capacity + 10; i++)
            log.Information("entry {Number}", i);
        (IReadOnlyList<LogEntry> entries, long position) = _ring.Read(0);
        Assert.Equal(LogRing.Capacity, entries.Count);
        Assert.Equal(("entry 10", $"entry {LogRing.Capacity + 9}"), (entries[0].Text, entries[^1].Text));
        Assert.Empty(_ring.Read(position).Entries);
        log.Warning("more");
        Assert.Equal(("more", 3), _ring.Read(position).Entries.Select(e => (e.Text, e.Severity)).Single());
    }

    [Fact]
    public void An_entry_is_one_line_of_bounded_length()
    {
        using Logger log = Create();
        log.Error(new InvalidOperationException("two\nlines"), "failed: {Text}", new string('x', 10));
        log.Fatal("{Text}", new string('x', 5000));
        IReadOnlyList<LogEntry> entries = _ring.Read(0).Entries;
        Assert.Equal(("failed: xxxxxxxxxx: InvalidOperationException: two lines", 2), (entries[0].Text, entries[0].Severity));
        Assert.Equal((LogRing.LongestText, 1), (entries[1].Text.Length, entries[1].Severity));
    }

    [Fact]
    public void What_is_cleared_is_gone_and_readers_go_on()
    {
        using Logger log = Create();
        log.Information("before");
        long position = _ring.Read(0).Position;
        _ring.Clear();
        Assert.Empty(_ring.Read(0).Entries);
        log.Information("after");
        Assert.Equal("after", Assert.Single(_ring.Read(position).Entries).Text);
        Assert.Equal("after", Assert.Single(_ring.Read(0).Entries).Text);
    }

    private Logger Create() => new LoggerConfiguration().MinimumLevel.Verbose().WriteTo.Sink(_ring).CreateLogger();
}
