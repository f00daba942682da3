namespace IoPkt;

/// <summary>
/// What has passed one direction of an interface. Queues of several threads add to it, so it's updated once a batch, atomically.
/// </summary>
public sealed class DeviceCounters
{
    private long _packets;
    private long _bytes;
    private long _multicasts;
    private long _errors;
    private long _drops;

    public long Packets => Interlocked.Read(ref _packets);

    public long Bytes => Interlocked.Read(ref _bytes);

    public long Multicasts => Interlocked.Read(ref _multicasts);

    /// <summary>Frames that were malformed or that the device refused.</summary>
    public long Errors => Interlocked.Read(ref _errors);

    /// <summary>Frames lost for want of memory or queue space.</summary>
    public long Drops => Interlocked.Read(ref _drops);

    public void Add(int packets, long bytes)
    {
        Interlocked.Add(ref _packets, packets);
        Interlocked.Add(ref _bytes, bytes);
    }

    public void AddMulticasts(int count) => Interlocked.Add(ref _multicasts, count);

    public void AddErrors(int count) => Interlocked.Add(ref _errors, count);

    public void AddDrops(int count) => Interlocked.Add(ref _drops, count);

    /// <summary>Back to zero (<c>ifconfig -z</c>). What is added meanwhile may be counted or not.</summary>
    public void Reset()
    {
        Interlocked.Exchange(ref _packets, 0);
        Interlocked.Exchange(ref _bytes, 0);
        Interlocked.Exchange(ref _multicasts, 0);
        Interlocked.Exchange(ref _errors, 0);
        Interlocked.Exchange(ref _drops, 0);
    }
}
