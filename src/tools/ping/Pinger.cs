using System.Globalization;
using System.Net.Sockets;

namespace IoPkt.Tools.Ping;

/// <summary>The two loops of ping: requests leave at their times, and what comes back is reported.</summary>
internal sealed class Pinger(ToolContext context, PingOptions options, EchoSocket socket, string host, AddressFormat format) : IDisposable
{
    private static readonly TimeSpan NoAnswerWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time = TimeProvider.System;
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _answered = new(0);

    public PingStatistics Statistics { get; } = new();

    /// <summary>Runs until the requests are answered, the time is up, or SIGINT.</summary>
    public async Task RunAsync()
    {
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(context.Interrupted);
        if (options.Deadline is TimeSpan end)
            deadline.CancelAfter(end);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token);
        Task receiving = ReceiveAllAsync(stop);
        try
        {
            await SendAllAsync(stop.Token).ConfigureAwait(false);
            stop.CancelAfter(FinalWait());
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Interrupted, out of time, or answered: the report follows.
        }
        catch (SocketException gone)
        {
            await stop.CancelAsync().ConfigureAwait(false);
            throw new ToolException($"sendto: {gone.Message}");
        }
        finally
        {
            await receiving.ConfigureAwait(false);
        }
    }

    private async Task SendAllAsync(CancellationToken stop)
    {
        for (int i = 0; i < options.Preload && !IsLast; i++)
            await SendAsync(stop).ConfigureAwait(false);
        if (options.Flood)
        {
            await FloodAsync(stop).ConfigureAwait(false);
            return;
        }
        using PeriodicTimer timer = new(options.Interval);
        while (!IsLast)
        {
            await SendAsync(stop).ConfigureAwait(false);
            if (!IsLast)
                await timer.WaitForNextTickAsync(stop).ConfigureAwait(false);
        }
    }

    /// <summary>As fast as answers come, or a hundred a second, whichever is more.</summary>
    private async Task FloodAsync(CancellationToken stop)
    {
        while (!IsLast)
        {
            await SendAsync(stop).ConfigureAwait(false);
            if (!IsLast)
                await _answered.WaitAsync(options.Interval, stop).ConfigureAwait(false);
        }
    }

    private bool IsLast => Statistics.Sent == options.Count;

    private async Task SendAsync(CancellationToken stop)
    {
        ushort sequence;
        lock (_lock)
            sequence = Statistics.Send(_time.GetTimestamp());
        await socket.SendAsync(sequence, stop).ConfigureAwait(false);
        if (options.Flood && !options.Quiet)
            await PrintAsync(".").ConfigureAwait(false);
    }

    private TimeSpan FinalWait()
    {
        if (options.FinalWait is TimeSpan wait)
            return wait;
        lock (_lock)
        {
            if (Statistics.Received == 0)
                return NoAnswerWait;
            TimeSpan twice = TimeSpan.FromMilliseconds(2 * Statistics.Maximum);
            return twice > ShortestWait ? twice : ShortestWait;
        }
    }

    private async Task ReceiveAllAsync(CancellationTokenSource stop)
    {
        try
        {
            while (!IsComplete())
                await ReportAsync(await socket.ReceiveAsync(stop.Token).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // No more answers are waited for.
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
        }
    }

    private bool IsComplete()
    {
        lock (_lock)
            return (options.Once && Statistics.Received > 0) || (Statistics.Received == options.Count && Statistics.Sent == options.Count);
    }

    private Task ReportAsync(in EchoResult result)
    {
        switch (result.Event)
        {
            case EchoEvent.Reply:
                return ReportReplyAsync(result);
            case EchoEvent.Error when !options.HideErrors && !options.Quiet:
                return PrintAsync($"{result.Length} bytes from {Name(result.Source)}: icmp_seq={result.Sequence} {result.Text}\n");
            case EchoEvent.SendFailed when !options.HideErrors:
                return context.Error.WriteAsync($"{context.Name}: sendto: {result.Text}\n");
            case EchoEvent.Foreign when options.Verbose && result.Text is not null:
                return PrintAsync($"{result.Length} bytes from {Name(result.Source)}: {result.Text}\n");
            default:
                return Task.CompletedTask;
        }
    }

    private Task ReportReplyAsync(in EchoResult reply)
    {
        long now = _time.GetTimestamp();
        (double Milliseconds, bool IsDuplicate)? noted;
        lock (_lock)
            noted = Statistics.Receive(reply.Sequence, now, _time);
        if (noted is not var (milliseconds, isDuplicate))
            return Task.CompletedTask;
        if (!isDuplicate)
            _answered.Release();
        if (options.Quiet)
            return Task.CompletedTask;
        if (options.Flood)
            return PrintAsync("\b");
        string text = string.Create(
            CultureInfo.InvariantCulture, $"{reply.Length} bytes from {Name(reply.Source)}: icmp_seq={reply.Sequence} ttl={reply.Ttl} time={milliseconds:0.000} ms");
        string duplicate = isDuplicate ? " (DUP!)" : "";
        string damage = reply.Text is null ? "" : $"\n{reply.Text}";
        return PrintAsync($"{text}{duplicate}{damage}\n{(options.Audible ? "\a" : "")}");
    }

    /// <summary>"gateway (10.1.0.1)", or the address alone.</summary>
    private string Name(uint address)
    {
        string name = format.Host(address);
        string number = Inet.Format(address);
        return name == number ? number : $"{name} ({number})";
    }

    private async Task PrintAsync(string text)
    {
        await context.Output.WriteAsync(text).ConfigureAwait(false);
        await context.Output.FlushAsync().ConfigureAwait(false);
    }

    /// <summary>What is printed at the end.</summary>
    public string Summary() => Statistics.Format(host);

    public void Dispose() => _answered.Dispose();
}
