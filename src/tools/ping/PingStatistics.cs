using System.Globalization;

namespace IoPkt.Tools.Ping;

/// <summary>What was sent and answered, and how long it took.</summary>
internal sealed class PingStatistics
{
    private const int Sequences = 65536;

    private readonly long[] _sentAt = new long[Sequences];
    private readonly System.Collections.BitArray _answered = new(Sequences);
    private double _sum;
    private double _squares;
    private double _minimum = double.MaxValue;
    private long _timed;

    public long Sent { get; private set; }

    /// <summary>Answers, without duplicates.</summary>
    public long Received { get; private set; }

    public long Duplicates { get; private set; }

    /// <summary>Milliseconds.</summary>
    public double Maximum { get; private set; }

    /// <summary>Notes that a request leaves now. A number that comes round again forgets what it stood for.</summary>
    public ushort Send(long timestamp)
    {
        ushort sequence = (ushort)Sent++;
        _sentAt[sequence] = timestamp;
        _answered[sequence] = false;
        return sequence;
    }

    /// <summary>Notes an answer.</summary>
    /// <returns>Milliseconds since the request, and whether it was answered before; <c>null</c> for a request that was never sent.</returns>
    public (double Milliseconds, bool IsDuplicate)? Receive(ushort sequence, long timestamp, TimeProvider time)
    {
        if (_sentAt[sequence] == 0)
            return null;
        bool duplicate = _answered[sequence];
        _answered[sequence] = true;
        if (duplicate)
            Duplicates++;
        else
            Received++;

        // As BSD does, duplicates count for the times though not for the loss.
        double milliseconds = time.GetElapsedTime(_sentAt[sequence], timestamp).TotalMilliseconds;
        _timed++;
        _sum += milliseconds;
        _squares += milliseconds * milliseconds;
        _minimum = Math.Min(_minimum, milliseconds);
        Maximum = Math.Max(Maximum, milliseconds);
        return (milliseconds, duplicate);
    }

    public string Format(string host)
    {
        string duplicates = Duplicates > 0 ? $"+{Duplicates} duplicates, " : "";
        double loss = Sent == 0 ? 0 : 100.0 * (Sent - Received) / Sent;
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"\n----{host} PING Statistics----\n{Sent} packets transmitted, {Received} packets received, {duplicates}{loss:0.0}% packet loss\n");
        if (_timed == 0)
            return text;
        double average = _sum / _timed;
        double deviation = Math.Sqrt(Math.Max(0, _squares / _timed - average * average));
        return text + string.Create(
            CultureInfo.InvariantCulture,
            $"round-trip min/avg/max/stddev = {_minimum:0.000}/{average:0.000}/{Maximum:0.000}/{deviation:0.000} ms\n");
    }
}
