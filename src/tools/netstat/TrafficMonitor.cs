using System.Globalization;
using IoPkt.Wire.Management;

namespace IoPkt.Tools.Netstat;

/// <summary><c>-w</c>: first the totals, then what passed in each interval; for one interface, and for all together.</summary>
internal sealed class TrafficMonitor(ToolContext context, NetstatOptions options)
{
    private const int LinesPerHeading = 21;

    /// <summary>Runs until interrupted.</summary>
    public async Task RunAsync(TimeSpan wait)
    {
        (TrafficSample one, TrafficSample all, string name) = await SampleAsync().ConfigureAwait(false);
        await WriteHeadingAsync(name).ConfigureAwait(false);
        await WriteAsync(one, all).ConfigureAwait(false);
        using PeriodicTimer timer = new(wait);
        try
        {
            for (int line = 1; await timer.WaitForNextTickAsync(context.Interrupted).ConfigureAwait(false); line++)
            {
                (TrafficSample nextOne, TrafficSample nextAll, name) = await SampleAsync().ConfigureAwait(false);
                if (line % LinesPerHeading == 0)
                    await WriteHeadingAsync(name).ConfigureAwait(false);
                await WriteAsync(nextOne - one, nextAll - all).ConfigureAwait(false);
                (one, all) = (nextOne, nextAll);
            }
        }
        catch (OperationCanceledException) when (context.Interrupted.IsCancellationRequested)
        {
            // That's how it ends.
        }
    }

    private async Task<(TrafficSample One, TrafficSample All, string Name)> SampleAsync()
    {
        IReadOnlyList<InterfaceInfo> interfaces = await context.Management.GetInterfacesAsync(context.Interrupted).ConfigureAwait(false);

        // BSD's "primary" interface is the first that was configured; lo0 always comes first here and interests nobody.
        InterfaceInfo chosen = options.Interface is null
            ? interfaces.FirstOrDefault(i => (i.Flags & 8) == 0) ?? interfaces[0]
            : interfaces.FirstOrDefault(i => i.Name == options.Interface)
                ?? throw new ToolException($"'{options.Interface}': no such interface; there are: {string.Join(' ', interfaces.Select(i => i.Name))}");
        TrafficSample all = interfaces.Aggregate(default(TrafficSample), (sum, i) => sum + TrafficSample.Of(i));
        return (TrafficSample.Of(chosen), all, chosen.Name);
    }

    private Task WriteHeadingAsync(string name)
    {
        string units = options.Bytes ? "bytes" : "packets";
        string columns = options.Bytes ? $"{"in",12} {"out",12}" : $"{"in",10} {"errs",6} {"out",10} {"errs",6}";
        if (options.Drops)
            columns += $" {"drops",8}";
        int width = columns.Length;
        return context.Output.WriteAsync($"{$"{name} {units}".PadLeft(width)}  {$"total {units}".PadLeft(width)}\n{columns}  {columns}\n");
    }

    private async Task WriteAsync(TrafficSample one, TrafficSample all)
    {
        await context.Output.WriteAsync($"{Format(one)}  {Format(all)}\n").ConfigureAwait(false);
        await context.Output.FlushAsync(context.Interrupted).ConfigureAwait(false);
    }

    private string Format(TrafficSample sample)
    {
        string columns = options.Bytes
            ? $"{Bytes(sample.BytesIn),12} {Bytes(sample.BytesOut),12}"
            : $"{sample.PacketsIn,10} {sample.ErrorsIn,6} {sample.PacketsOut,10} {sample.ErrorsOut,6}";
        return options.Drops ? $"{columns} {sample.Drops,8}" : columns;
    }

    private string Bytes(long bytes) => options.Humanize ? Numbers.Humanize(bytes) : bytes.ToString(CultureInfo.InvariantCulture);
}
