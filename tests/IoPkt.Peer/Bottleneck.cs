using System.Buffers;
using System.Diagnostics;

namespace IoPkt.Peer;

/// <summary>What a path's slowest link does to one direction.</summary>
/// <param name="BitsPerSecond">How fast it sends; 0 for no limit.</param>
/// <param name="Delay">How long a frame is on its way after that.</param>
/// <param name="QueueBytes">What may wait for it. A frame that finds no room is lost.</param>
internal sealed record LinkConditions(double BitsPerSecond, TimeSpan Delay, int QueueBytes);

/// <summary>One direction of a path in real time: a link of a certain rate with a queue before it, and a delay.</summary>
/// <param name="conditions">Of the link.</param>
/// <param name="send">Where frames come out.</param>
internal sealed class Bottleneck(LinkConditions conditions, ImpairedDirection.Send send)
{
    private readonly Queue<(byte[] Buffer, int Length, long Due)> _onTheirWay = [];
    private readonly double _ticksPerByte = conditions.BitsPerSecond > 0 ? 8 * Stopwatch.Frequency / conditions.BitsPerSecond : 0;
    private readonly long _delay = (long)(conditions.Delay.TotalSeconds * Stopwatch.Frequency);

    /// <summary>When the link will have sent everything that waits for it.</summary>
    private double _idleAt;

    /// <summary>The time of the next <see cref="Release"/>, by <see cref="Stopwatch"/>.</summary>
    public long NextDue => _onTheirWay.TryPeek(out (byte[] Buffer, int Length, long Due) next) ? next.Due : long.MaxValue;

    public void Offer(ReadOnlySpan<byte> frame)
    {
        long now = Stopwatch.GetTimestamp();
        _idleAt = Math.Max(_idleAt, now);
        if ((_idleAt - now) + frame.Length * _ticksPerByte > conditions.QueueBytes * _ticksPerByte)
            return;
        _idleAt += frame.Length * _ticksPerByte;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(frame.Length);
        frame.CopyTo(buffer);
        _onTheirWay.Enqueue((buffer, frame.Length, (long)_idleAt + _delay));
    }

    /// <summary>Sends on what has arrived by now.</summary>
    public void Release()
    {
        while (NextDue <= Stopwatch.GetTimestamp())
        {
            (byte[] buffer, int length, _) = _onTheirWay.Dequeue();
            send(buffer.AsSpan(0, length));
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
