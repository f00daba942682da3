using IoPkt.Wire.Management;

namespace IoPkt.Tools.Sloginfo;

/// <summary>sloginfo: shows a stack's log, as QNX's shows the system's.</summary>
internal sealed class SloginfoTool : ITool
{
    /// <summary>How often <c>-w</c> looks for more.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    public string Name => "sloginfo";

    public IReadOnlyList<string> Usage => ["[-chtw] [-m major[,minor]]… [-s severity]"];

    public string Help => """

        -c  clears the log when it's printed (root and the daemon's user)
        -h  no header        -t  times with microseconds
        -m  only this major code, and minor code; it may be repeated. The network's is 14
        -s  only this severity and worse ones: 0 shutdown, 1 critical, 2 error, 3 warning, 4 notice, 5 information, 6 and 7 debugging
        -w  waits for more, until it's interrupted
        SOCK names the stack: the prefix of the io-pkt to ask.

        examples:
          SOCK=/alt sloginfo -s 3
          sloginfo -w
        """;

    public async Task<int> RunAsync(ToolContext context, IReadOnlyList<string> arguments)
    {
        OptionParser options = new("chm:s:tw");
        IReadOnlyList<string> words = options.Parse(arguments);
        if (words.Count > 0)
            throw new UsageException($"unexpected '{words[0]}'");
        EntryFilter filter = new(options);
        bool precise = options.Has('t');
        LogEntries log = await context.Management.GetLogAsync(0, context.Interrupted).ConfigureAwait(false);
        if (!options.Has('h'))
            await context.Output.WriteAsync(EntryFormat.Header(precise)).ConfigureAwait(false);
        await PrintAsync(context, log, filter, precise).ConfigureAwait(false);
        if (options.Has('c'))
            await context.Management.ClearLogAsync(context.Interrupted).ConfigureAwait(false);
        while (options.Has('w'))
        {
            await context.Output.FlushAsync().ConfigureAwait(false);
            await Task.Delay(Interval, context.Interrupted).ConfigureAwait(false);
            log = await context.Management.GetLogAsync(log.Position, context.Interrupted).ConfigureAwait(false);
            await PrintAsync(context, log, filter, precise).ConfigureAwait(false);
        }
        return 0;
    }

    private static async Task PrintAsync(ToolContext context, LogEntries log, EntryFilter filter, bool precise)
    {
        foreach (LogEntryInfo entry in log.Entries)
        {
            if (filter.Includes(entry))
                await context.Output.WriteAsync(EntryFormat.Format(entry, precise)).ConfigureAwait(false);
        }
    }
}
