namespace IoPkt.Simulator;

/// <summary>A clock that stands until it's moved: microseconds.</summary>
internal sealed class VirtualTime : TimeProvider
{
    public long Now { get; private set; }

    public override long TimestampFrequency => 1_000_000;

    public override long GetTimestamp() => Now;

    public void MoveTo(long time) => Now = Math.Max(Now, time);
}
